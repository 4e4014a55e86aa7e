"""What nbgrader_config.py of a course says: read once a command, or refused in one sentence."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from ..model.error_lines import on_one_line
from ..model.errors import ConfigError
from ..model.lateness import LatePolicy, late_policy
from . import nbgrader_options
from .assignment import names
from .marking_settings import NAMES as OF_THE_DESK
from .marking_settings import MarkingSettings, marking_settings

CONFIG_FILE = nbgrader_options.CONFIG_FILE

# What it says to the autograder beyond nbgrader, each with its default below.
SECTIONS = {
    "Canvas": ("roster", "column"),
    "LatePolicy": tuple(part.name for part in fields(LatePolicy)),
    "MarkingDesk": OF_THE_DESK,
    "Release": ("may_repeat",),
}
# Of these, what differs from assignment to assignment: a course of several sets it as a dict by their names.
BY_ASSIGNMENT = ("column", "due", "extensions", "days_late")


# The folders of a course, which nbgrader can be told to call otherwise.
FOLDERS = ("source", "release", "submitted", "autograded", "feedback")


@dataclass(frozen=True)
class CourseSettings:
    """The settings of one course."""

    nbgrader: Config = field(default_factory=Config, compare=False)  # everything, for nbgrader's own parts
    db_url: str = ""  # the gradebook, where it is not a file in the folder of the results
    roster: Path | None = None  # a gradebook or class list that the system exported
    column: str = ""  # of the gradebook, where its name is not the assignment's
    late_policy: LatePolicy = field(default_factory=LatePolicy)  # `due` is there, with its time zone
    late_policies: Mapping[str, LatePolicy] = field(default_factory=dict, compare=False)  # of all assignments
    marking: MarkingSettings = field(default_factory=MarkingSettings)
    may_repeat: tuple[str, ...] = ()  # patterns of released files in which stands what is a solution elsewhere


def load(course_dir: Path, assignment: str = "") -> CourseSettings:
    """Return the settings. Raises ConfigError when the course has none, or they say what has no meaning.

    Args:
        course_dir: The folder that holds nbgrader_config.py.
        assignment: Whose settings of BY_ASSIGNMENT are meant; without it, those of the only one, or none.
    """
    config = _read(course_dir)
    nbgrader_options.refuse_other(course_dir, config)
    for name in nbgrader_options.READ["IncludeHeaderFooter"]:
        if config.IncludeHeaderFooter.get(name):  # nbgrader looks for it from where the command was called
            config.IncludeHeaderFooter[name] = str(course_dir / config.IncludeHeaderFooter[name])
    known = names(course_dir)
    canvas, late, desk, released = (_for(assignment, known, name, _section(config, name)) for name in SECTIONS)
    for name, value in canvas.items():
        if not isinstance(value, str) or "\0" in value:
            raise ConfigError(f"{CONFIG_FILE} sets c.Canvas.{name} to {value!r}: it is a text.")
    roster, db_url = canvas.get("roster"), config.CourseDirectory.get("db_url")
    return CourseSettings(
        config,
        str(db_url or ""),
        course_dir / roster if roster else None,
        canvas.get("column", ""),
        late_policy(late),
        {name: late_policy(_for(name, known, "LatePolicy", _section(config, "LatePolicy"))) for name in known},
        marking_settings(desk, CONFIG_FILE),
        _patterns(released.get("may_repeat", [])),
    )


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        raise ConfigError(f"{CONFIG_FILE} sets c.Release.may_repeat to {value!r}: it is a list of names of files.")
    return tuple(value)


def _read(course_dir: Path) -> Config:
    if not (course_dir / CONFIG_FILE).is_file():
        raise ConfigError(f"There is no {CONFIG_FILE} in {course_dir}: run this in the course folder.")
    try:
        config = PyFileConfigLoader(CONFIG_FILE, path=str(course_dir)).load_config()
    except (Exception, SystemExit) as error:  # it is a program of the instructor's: it may raise anything
        raise ConfigError(_what_config_raised(error)) from error
    _refuse_meaningless(config)
    return config


def _section(config: Config, name: str) -> dict[str, Any]:
    values = dict(config[name]) if name in config else {}
    if unknown := sorted(values.keys() - set(SECTIONS[name])):
        raise ConfigError(f"{CONFIG_FILE} sets c.{name}.{unknown[0]}, which is not one of {', '.join(SECTIONS[name])}.")
    return values


def _for(assignment: str, known: list[str], section: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a section with what it says of one assignment in place of what it says by assignment."""
    for key in values.keys() & set(BY_ASSIGNMENT):
        value = values[key]
        if isinstance(value, dict) and value and value.keys() <= set(known):
            values[key] = value.get(assignment or (known[0] if len(known) == 1 else ""))
        elif len(known) > 1:
            raise ConfigError(
                f"{CONFIG_FILE} sets c.{section}.{key} for all assignments at once: "
                f'set it by assignment, like {{"{known[0]}": {value!r}}}.'
            )
    return {key: value for key, value in values.items() if value is not None}


def _what_config_raised(error: BaseException) -> str:
    """Return what nbgrader_config.py raised, and in which line if that can be said."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == CONFIG_FILE]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    text = error.msg if isinstance(error, SyntaxError) else on_one_line(str(error)).rstrip(".")
    said = f"{text} ({type(error).__name__})" if text else type(error).__name__
    return f"{CONFIG_FILE}{f', line {line}' if line else ''}: {said}. Correct that line, or remove it."


def _refuse_meaningless(config: Config) -> None:
    """Raise ConfigError for a setting of nbgrader's that a release needs, and that has no meaning."""
    for folder in FOLDERS:
        if (said := config.CourseDirectory.get(f"{folder}_directory", folder)) != folder:
            raise ConfigError(
                f"{CONFIG_FILE} calls the folder {folder} {said!r}: delete the line that sets "
                f"c.CourseDirectory.{folder}_directory, and rename the folder to {folder}."
            )
    steps = config.GenerateAssignment.get("preprocessors")
    if steps is None:
        raise ConfigError(
            f"{CONFIG_FILE} does not load the autograder: write below `c = get_config()` the two lines "
            "`from autograder.commands import nbgrader_hooks` and `nbgrader_hooks.install(c)`."
        )
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        raise ConfigError(
            f"{CONFIG_FILE} sets c.GenerateAssignment.preprocessors to {steps!r}: write a list of names of steps."
        )
    for name in ("nbgrader.coursedir.CourseDirectory", *steps):
        try:
            import_item(name)(config=config)
        except (TraitError, ImportError, TypeError) as error:
            reason = on_one_line(str(error)).rstrip(".")
            raise ConfigError(f"{CONFIG_FILE} sets something that {name} cannot use: {reason}.") from error
