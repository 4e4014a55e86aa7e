"""What nbgrader_config.py says to this kit beyond nbgrader: c.Canvas and c.LatePolicy, each with its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .course import config_file
from .model.errors import ConfigError
from .model.lateness import LatePolicy, late_policy

SECTIONS = {
    "Canvas": ("roster", "column"),
    "LatePolicy": ("percent_per_day", "cap_percent", "grace_hours", "due", "days_late"),
}


@dataclass(frozen=True)
class CourseSettings:
    """The settings of one course."""

    roster: Path | None = None  # a gradebook that Canvas exported
    column: str = ""  # of the gradebook, where its name is not the assignment's
    late_policy: LatePolicy = field(default_factory=LatePolicy)


def load(course_dir: Path) -> CourseSettings:
    """Return the settings. Raises ConfigError when nbgrader_config.py says something that has no meaning."""
    config = config_file.settings(course_dir)
    canvas, late = (_section(config, name) for name in SECTIONS)
    for name, value in canvas.items():
        if not isinstance(value, str) or "\0" in value:
            raise ConfigError(f"nbgrader_config.py sets c.Canvas.{name} to {value!r}: it is a text.")
    roster = canvas.get("roster")
    return CourseSettings(course_dir / roster if roster else None, canvas.get("column", ""), late_policy(late))


def _section(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    values = dict(config[name]) if name in config else {}
    if unknown := sorted(values.keys() - set(SECTIONS[name])):
        raise ConfigError(
            f"nbgrader_config.py sets c.{name}.{unknown[0]}, which is none of {', '.join(SECTIONS[name])}."
        )
    return values
