"""What nbgrader_config.py sets of the steps that make a release: delimiters, stubs, header and footer.

It is read as text and not run: whoever grades needs it, and to run it takes a second and loads nbgrader. What the file
sets when it is run is compared with that (`course_settings`), so that nothing can be overlooked.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model.cell_regions import CellRegions, Delimiters
from ..model.errors import ConfigError
from .given_files import NOT_RELEASED

CONFIG_FILE = "nbgrader_config.py"
LANGUAGE = "python"
# What is read, by the class of nbgrader's that it is set for.
READ = {
    "ClearSolutions": ("begin_solution_delimeter", "end_solution_delimeter", "code_stub", "text_stub"),
    "ClearHiddenTests": ("begin_test_delimeter", "end_test_delimeter"),
    "ClearMarkScheme": ("begin_mark_scheme_delimeter", "end_mark_scheme_delimeter"),
    "IncludeHeaderFooter": ("header", "footer"),
    "CourseDirectory": ("ignore",),
}
_DEFAULT = CellRegions()
_PLAIN = "write it there as a plain text"

Settings = Mapping[tuple[str, str], Any]


@dataclass(frozen=True)
class Options:
    """The settings of a course."""

    regions: CellRegions = _DEFAULT
    header: Path | None = None  # a notebook whose cells stand before those of each notebook
    footer: Path | None = None
    ignore: tuple[str, ...] = ()  # patterns of files that are not released, besides those of every course


def read(course_dir: Path) -> Options:
    """Return the options of a course folder. Raises ConfigError for a value that only a program can tell."""
    found = dict(_settings(course_dir / CONFIG_FILE))
    header, footer = (found.get(("IncludeHeaderFooter", name)) for name in READ["IncludeHeaderFooter"])
    return Options(
        _regions(found), course_dir / header if header else None, course_dir / footer if footer else None,
        tuple(found.get(("CourseDirectory", "ignore"), ())),
    )  # fmt: skip


def excerpt(course_dir: Path) -> str:
    """Return a file that sets these options and nothing else."""
    found = dict(_settings(course_dir / CONFIG_FILE))
    return "".join(f"c.{section}.{name} = {value!r}\n" for (section, name), value in found.items())


def refuse_other(course_dir: Path, config: Any) -> None:
    """Raise ConfigError where the file, when it is run, sets something else than was read in it."""
    found = dict(_settings(course_dir / CONFIG_FILE))
    for section, names in READ.items():
        values = dict(config[section]) if section in config else {}
        for name in names:
            ours = {"code_stub": _DEFAULT.code_stub, "text_stub": _DEFAULT.text_stub}.get(name)
            is_set, said = _plain(name, values.get(name)), _plain(name, found.get((section, name)))
            if is_set != said and not (said is None and is_set == ours):
                raise ConfigError(
                    f"{CONFIG_FILE} sets c.{section}.{name} to {is_set!r}, but that line is not in it: {_PLAIN}."
                )


def _regions(found: Settings) -> CellRegions:
    def pair(section: str, default: Delimiters) -> Delimiters:
        begin, end = READ[section][:2]
        return Delimiters(found.get((section, begin), default.begin), found.get((section, end), default.end))

    return CellRegions(
        pair("ClearSolutions", _DEFAULT.solution),
        pair("ClearHiddenTests", _DEFAULT.tests),
        pair("ClearMarkScheme", _DEFAULT.scheme),
        _text("code_stub", found.get(("ClearSolutions", "code_stub"))) or _DEFAULT.code_stub,
        found.get(("ClearSolutions", "text_stub"), _DEFAULT.text_stub),
    )


def _plain(name: str, value: Any) -> Any:
    """Return what is set, without what every course has."""
    if name == "ignore":
        return sorted({*map(str, value or ())} - {*NOT_RELEASED}) or None
    return _text(name, value)


def _text(name: str, value: Any) -> Any:
    """Return what is set for notebooks in Python; the stub of code has a text for each language."""
    return value.get(LANGUAGE) if name == "code_stub" and isinstance(value, dict) else value


def _settings(path: Path) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield (section, name) and the value of each line `c.<section>.<name> = <value>` of the file that is read here.

    A file that cannot be read sets nothing: who runs it says why.
    """
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.Assign)):
        for target in node.targets:
            if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Attribute)):
                continue
            place = (target.value.attr, target.attr)
            if target.attr in READ.get(target.value.attr, ()):
                yield place, _value(path.name, place, node.value)


def _value(file: str, place: tuple[str, str], node: ast.expr) -> Any:
    try:
        value = ast.literal_eval(node)
    except ValueError as error:
        raise ConfigError(f"{file} computes c.{'.'.join(place)}: {_PLAIN}, as the grader reads this line.") from error
    of_texts = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    is_list = isinstance(value, list) and all(isinstance(text, str) for text in value)
    if place[1] == "ignore" and not is_list:
        raise ConfigError(f"{file} sets c.{'.'.join(place)} to {value!r}: it is a list of texts.")
    if place[1] != "ignore" and not isinstance(value, str) and not (place[1] == "code_stub" and of_texts):
        raise ConfigError(f"{file} sets c.{'.'.join(place)} to {value!r}: it is a text.")
    return value
