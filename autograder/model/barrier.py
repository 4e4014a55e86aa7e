"""A barrier around each submission: whatever breaks in a step costs the submission that it is about, and no other."""

from collections.abc import Callable
from typing import TypeVar

from ..handin.problems import Unusable
from .error_lines import place_of
from .errors import ConfigError, GraderFault
from .plain_text import one_line

T = TypeVar("T")
MAX_TEXT = 200  # characters of an exception's text, which may quote what was submitted


def attempt(step: str, work: Callable[[], T], otherwise: Callable[[str], T], *, reads: bool = False) -> T:
    """Return what `work` returns; if it breaks in a way that nobody foresaw, what `otherwise` makes of a sentence.

    What concerns the whole class passes: a ConfigError, and an OSError of a step that writes, as on a full disk.

    Args:
        step: What was being done, as the subject of a sentence: "Reading the submission".
        work: One step for one submission.
        otherwise: Takes the sentence that says what broke; the submission is then told of it, and the class goes on.
        reads: The step only reads what was submitted, so that an OSError concerns this submission alone.
    """
    try:
        return work()
    except ConfigError:
        raise
    except Exception as error:  # RecursionError and MemoryError too
        if isinstance(error, OSError) and not reads:
            raise
        return otherwise(fault_sentence(step, error))


def fault_sentence(step: str, error: Exception) -> str:
    """Return what an exception says of itself if it is one of ours, else what broke and where in the kit."""
    if isinstance(error, (GraderFault, Unusable)):
        return str(error)
    text = one_line(str(error), MAX_TEXT)
    place = place_of(error)
    what = "".join([type(error).__name__, f": {text}" if text else "", f", {place}" if place else ""])
    return f"{step} failed by a fault of the grader ({what})."
