"""What nbgrader_config.py of a course says, and in one sentence why it cannot be used."""

from __future__ import annotations

import traceback
from pathlib import Path

from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from ..model.error_lines import on_one_line
from ..model.errors import ConfigError

CONFIG_FILE = "nbgrader_config.py"


def settings(course_dir: Path) -> Config:
    """Return what nbgrader_config.py of the course sets. Raises ConfigError when the course has none."""
    if not (course_dir / CONFIG_FILE).is_file():
        raise ConfigError(f"There is no {CONFIG_FILE} in {course_dir}: run this in the course folder.")
    try:
        config = PyFileConfigLoader(CONFIG_FILE, path=str(course_dir)).load_config()
    except (Exception, SystemExit) as error:  # it is a program of the instructor's: it may raise anything
        raise ConfigError(_what_config_raised(error)) from error
    _refuse_meaningless(config)
    return config


def _what_config_raised(error: BaseException) -> str:
    """Return what nbgrader_config.py raised, and in which line if that can be said."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == CONFIG_FILE]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    text = error.msg if isinstance(error, SyntaxError) else on_one_line(str(error)).rstrip(".")
    said = f"{text} ({type(error).__name__})" if text else type(error).__name__
    return f"{CONFIG_FILE}{f', line {line}' if line else ''}: {said}. Mend that line, or remove it."


def _refuse_meaningless(config: Config) -> None:
    """Raise ConfigError for a setting of nbgrader's that a release needs, and that has no meaning."""
    steps = config.GenerateAssignment.get("preprocessors")
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        raise ConfigError(
            f"{CONFIG_FILE} sets c.GenerateAssignment.preprocessors to {steps!r}: it is a list of the names of steps."
        )
    for name in ("nbgrader.coursedir.CourseDirectory", *steps):
        try:
            import_item(name)(config=config)
        except (TraitError, ImportError, TypeError) as error:
            reason = on_one_line(str(error)).rstrip(".")
            raise ConfigError(f"{CONFIG_FILE} sets something that {name} cannot use: {reason}.") from error
