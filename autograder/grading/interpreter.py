"""Settings of Python that could change a grade; every command and every worker refuses to run with them."""

import sys


def problem() -> str:
    """Return why this Python must not grade, in one sentence; "" when it may."""
    if sys.flags.optimize:  # the checks are assert statements, and these are left out
        return "Python runs with -O or PYTHONOPTIMIZE, which disables the checks: run the command without it."
    if any(map(_makes_errors, sys.warnoptions)):  # a warning of a library would look like an error of a student's
        return "Python turns warnings into errors (-W, -bb or PYTHONWARNINGS): run the command without it."
    return ""


def _makes_errors(option: str) -> bool:
    """Return whether a warning option is "error" or one of its short forms, for whatever warnings."""
    action = option.partition(":")[0].strip()
    return action != "" and "error".startswith(action)
