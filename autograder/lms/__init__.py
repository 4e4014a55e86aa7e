"""Canvas: who is in the course, what its files are called, and what goes back. Imports `formats`, `model`."""
