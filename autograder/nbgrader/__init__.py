"""What nbgrader is given: the release and the notebooks that formgrader shows. Imports `marking` and what is below."""
