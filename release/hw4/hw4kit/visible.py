"""Visible checks: small tests of your functions in the notebook, which show what they find and never stop it."""

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

See = Callable[[str, Any, Any], None]


@contextmanager
def visible_check(name: str) -> Iterator[See]:
    """Give a function see(sentence, holds, seen) that prints one line; print one line when the code raises.

    Right results are marked ok, wrong ones NO; the last line counts both.

    Args:
        name: The function that is checked.
    """
    marks: list[bool] = []

    def see(sentence: str, holds: Any, seen: Any) -> None:
        marks.append(bool(holds))
        print(f"{'ok' if marks[-1] else 'NO'}  {sentence}; yours: {' '.join(str(seen).split())}")

    try:
        yield see
    except NotImplementedError as error:
        print(f"NO  {_place(error, name) or f'`{name}`'} is not written yet.")
    except Exception as error:  # whatever a student's function raises
        place = _place(error, name)
        if place is None and isinstance(error, NameError):
            print(f"NO  `{error.name}` is not defined: run all cells above, then this one again.")
        else:
            looking = f"Calling `{name}`, or checking what it returned,"
            print(f"NO  {place or looking} raised {type(error).__name__}: {_gist(error)}")
    else:
        print(f"{name}: {sum(marks)} of {len(marks)} are ok; the hidden checks test more.")


def _place(error: Exception, name: str) -> str | None:
    """Return the innermost function of another cell where the error passed, with its line; None if there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    check = next((frame.filename for frame in frames if frame.filename != __file__), "")
    inside = [f for f in frames if _is_notebook_cell(f.filename) and f.filename != check and f.name != "<module>"]
    if not inside:
        return None
    asked_by = "" if inside[-1].name == name else f", which `{name}` needs,"
    return f"`{inside[-1].name}`{asked_by} (line {inside[-1].lineno} of its cell)"


def _is_notebook_cell(filename: str) -> bool:
    return "ipykernel_" in filename or "ipython-input-" in filename  # Jupyter, Colab


def _gist(error: Exception) -> str:
    """Return the line of an error's text that says what is wrong; Keras writes another one above it."""
    lines = [line for line in re.sub(r"\x1b\[\d*m", "", str(error)).splitlines() if line.strip()] or [""]
    return lines[1] if len(lines) > 1 and lines[0].startswith("Exception encountered") else lines[0]
