"""Visible checks: small looks at your functions in the notebook, which tell what they see and never stop it."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["visible_check"]

See = Callable[[str, Any, Any], None]


@contextmanager
def visible_check(name: str) -> Iterator[See]:
    """Give a function see(sentence, holds, seen) that prints one line, and tell in one line when the code raises.

    What is right is marked with ok, what is not with NO; a last line counts both.

    Args:
        name: The function that is looked at.
    """
    marks: list[bool] = []

    def see(sentence: str, holds: Any, seen: Any) -> None:
        marks.append(bool(holds))
        print(f"{'ok' if marks[-1] else 'NO'}  {sentence}; yours: {seen}")

    try:
        yield see
    except NotImplementedError as error:
        print(f"NO  {_place(error, name)} is not written yet.")
    except Exception as error:  # whatever a student's function raises
        print(f"NO  {_place(error, name)} raised {type(error).__name__}: {_first_line(error)}")
    else:
        print(f"{name}: {sum(marks)} of {len(marks)} are ok; the hidden checks look at more.")


def _place(error: Exception, name: str) -> str:
    """Return the innermost function of the notebook where the error passed, with its line."""
    cells = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_notebook_cell(frame.filename)]
    inside = [frame for frame in cells if frame.name != "<module>"]
    if not inside:
        return f"Looking at what `{name}` returned"
    asked_by = "" if inside[-1].name == name else f", which `{name}` needs,"
    return f"`{inside[-1].name}`{asked_by} (line {inside[-1].lineno} of its cell)"


def _is_notebook_cell(filename: str) -> bool:
    return "ipykernel_" in filename or "ipython-input-" in filename  # Jupyter, Colab


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]
