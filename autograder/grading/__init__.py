"""One submission to its report: plan of cells, hidden checks, cache key. Imports `session`, `course` and below."""
