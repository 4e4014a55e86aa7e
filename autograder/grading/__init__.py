"""One submission to its report: plan of the cells, hidden checks, cache key. Imports `session` and the rooms below."""
