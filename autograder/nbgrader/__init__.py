"""What nbgrader is given: release, notebooks for formgrader. Imports `marking` and the rooms below."""
