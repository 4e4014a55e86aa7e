"""What a course says of its marking desk: `c.MarkingDesk` of nbgrader_config.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.errors import ConfigError

NAMES = ("instructors", "markers_may_change_rubric", "second_share", "show_rubric")


@dataclass(frozen=True)
class MarkingSettings:
    """Who may do what on the desk, and what is marked twice."""

    instructors: tuple[str, ...] = ()  # names of markers; without any, whoever owns the course folder's account
    markers_may_change_rubric: bool = False
    second_share: float = 0.0  # of the answers that a second person marks without seeing the first mark: 0 to 1
    show_rubric: bool = True  # students read which points they earned, not only the comment


def marking_settings(values: Mapping[str, Any], file: str) -> MarkingSettings:
    """Return the settings. Raises ConfigError for what has no meaning, with the name of the `file` that says it."""
    given = dict(values)
    names = given.pop("instructors", ())
    if isinstance(names, str) or not all(isinstance(name, str) and name.strip() for name in _entries(names)):
        raise ConfigError(f'{file} sets c.MarkingDesk.instructors to {names!r}: write a list of names, like ["eva"].')
    share = given.get("second_share", 0.0)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise ConfigError(f"{file} sets c.MarkingDesk.second_share to {share!r}: it is a number from 0 to 1.")
    for name in ("markers_may_change_rubric", "show_rubric"):
        if name in given and not isinstance(given[name], bool):
            raise ConfigError(f"{file} sets c.MarkingDesk.{name} to {given[name]!r}: it is True or False.")
    return MarkingSettings(instructors=tuple(name.strip() for name in names), **given)


def _entries(names: Any) -> tuple[Any, ...]:
    """Return what a list holds; something that is no name for what is no list."""
    return tuple(names) if isinstance(names, (list, tuple, set, frozenset)) else (None,)
