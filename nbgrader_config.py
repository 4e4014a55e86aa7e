"""Settings of nbgrader for this course; every nbgrader command that is run in this folder reads them."""

c = get_config()  # noqa: F821 - nbgrader defines it

# Submissions are graded by confined processes, never by a kernel of this account; answer sheets count as notebooks.
# nbgrader only logs an error in this file and would go on with its own converters: stop it.
try:
    from autograder.commands import nbgrader_hooks

    nbgrader_hooks.install(c)
except Exception as error:
    raise SystemExit(
        f"nbgrader_config.py: {error}. Nothing was done; run nbgrader from the autograder's .venv."
    ) from error

# Postgres refuses rows of the course without a name that nbgrader uses otherwise.
c.CourseDirectory.course_id = "18739"
