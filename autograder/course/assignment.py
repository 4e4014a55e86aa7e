"""Read an assignment from its notebooks, assignment.toml and the answer sheets, and check what they say."""

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ..handin.asked import HandedInFile
from ..model.assignment import Assignment, GradedBy, Item, Sheet
from ..model.errors import ConfigError
from . import (
    asked,
    given_files,
    imported_libraries,
    item_titles,
    mark_schemes,
    nbgrader_options,
    source_notebook,
    ungraded,
)
from .sheets import read_sheet

SETTINGS_FILE = "assignment.toml"
FILE_KINDS = ("png", "pdf")
FILE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")  # it stands in the ids of cells
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")  # students put their id before it
# What assignment.toml may say, and of which type; all of it is optional.
KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str, "points": (int, float), "kit": str, "libraries": list, "sheets": list, "student_id": str,
    "data": list, "files": list, "accepted_tests": list, "ungraded": list,
}  # fmt: skip
FILE_KEYS: dict[str, type | tuple[type, ...]] = {
    "id": str, "name": str, "kind": str, "required": bool, "show_with": list,
}  # fmt: skip
WORDS = {str: "a text", list: "a list", bool: "true or false", (int, float): "a number"}


def names(course_dir: Path) -> list[str]:
    """Return the names of all assignments of a course folder: folders in source/ with settings, or with notebooks."""
    source = Path(course_dir) / "source"
    found = {path.parent for pattern in (f"*/{SETTINGS_FILE}", "*/*.ipynb") for path in source.glob(pattern)}
    return sorted(folder.name for folder in found if not folder.name.startswith("."))


def name_of(course_dir: Path, wanted: str = "") -> str:
    """Return the name of the assignment that is meant: the wanted one, or the only one.

    Raises:
        ConfigError: There is no such assignment, or none is named and there are several.
    """
    known = names(course_dir)
    if not known:
        raise ConfigError(f"There is no source/<name> with notebooks in {course_dir}: run this in the course folder.")
    if wanted and wanted not in known:
        raise ConfigError(f"There is no assignment {wanted!r} in {course_dir / 'source'}: there is {', '.join(known)}.")
    if not wanted and len(known) > 1:
        raise ConfigError(f"There are several assignments ({', '.join(known)}): name one with --assignment.")
    return wanted or known[0]


def load(course_dir: Path, name: str = "") -> Assignment:
    """Read one assignment of a course folder; by default the only one.

    Raises:
        ConfigError: There is no such assignment, or its sources contradict themselves.
    """
    course_dir = Path(course_dir).resolve()
    name = name_of(course_dir, name)
    source_dir = course_dir / "source" / name
    settings, options = _settings(source_dir / SETTINGS_FILE), nbgrader_options.read(course_dir)
    notebook_paths = sorted(source_dir.glob("*.ipynb"))
    if not notebook_paths:
        raise ConfigError(f"There is no notebook in {source_dir}: an assignment has at least one.")
    notebooks = {path.stem: source_notebook.read_notebook(path, options) for path in notebook_paths}
    sheets = {sheet: _sheet(course_dir / "answers" / f"{sheet}.md", name) for sheet in settings.get("sheets", [])}
    for both in notebooks.keys() & sheets.keys():
        raise ConfigError(f"{name} has a notebook and a sheet named {both}: give one of them another name.")
    items = _items(notebooks, {entry.heading for sheet in sheets.values() for entry in sheet.items})
    items += [
        Item(entry.id, entry.points, stem, GradedBy.FORMULA if entry.has_formula else GradedBy.PERSON, entry.heading)
        for stem, sheet in sheets.items()
        for entry in sheet.items
    ]
    _refuse_contradictions(items, settings.get("points"))
    loaded = Assignment(
        name, tuple(notebooks), tuple(sheets), course_dir, tuple(items), notebooks, sheets,
        title=settings.get("title", name),
        kit=_kit(source_dir, settings.get("kit", "")),
        libraries=tuple(settings.get("libraries", [])),
        student_id=settings.get("student_id", "student id"),
        data=tuple(settings.get("data", [])),
        files=tuple(_files(settings.get("files", []), items)),
        rubrics=mark_schemes.read_all(items, notebooks, sheets),
        regions=options.regions,
        accepted_tests=frozenset(settings.get("accepted_tests", [])),
        ungraded=ungraded.folders(settings.get("ungraded", []), source_dir, settings.get("kit", "")),
        test_cells={
            stem: tuple(source_notebook.test_cells(stem, notebook, options.regions))
            for stem, notebook in notebooks.items()
        },
    )  # fmt: skip
    _refuse_unknown_tests(loaded)
    if "libraries" not in settings and any(loaded.test_cells.values()):
        loaded = replace(loaded, libraries=imported_libraries.of_notebooks(notebooks.values()))
    loaded = replace(loaded, given_files=_given_files(loaded, options.ignore))
    loaded = replace(loaded, asked_notebooks={stem: asked.notebook(stem, loaded) for stem in notebooks})
    return replace(loaded, ungraded_notebooks=ungraded.digests(loaded, options.ignore))


def _items(notebooks: Mapping[str, NotebookNode], titles_of_sheets: Collection[str]) -> list[Item]:
    graded = {name: (notebook, [*source_notebook.graded_cells(name, notebook)]) for name, notebook in notebooks.items()}
    titles = item_titles.titles(graded, titles_of_sheets)
    return [
        Item(cell.id, cell.points, name, GradedBy.PERSON if cell.is_marked else GradedBy.CHECKS, titles[name, cell.id])
        for name, (_, cells) in graded.items()
        for cell in cells
    ]


def _given_files(assignment: Assignment, ignored: Iterable[str]) -> dict[str, Path]:
    left_out = {SETTINGS_FILE, *(file.name for file in assignment.files)}
    try:
        folders = {assignment.kit, *assignment.ungraded}
        return given_files.beside_notebooks(assignment.source_dir, folders, left_out, ignored)
    except ConfigError:
        if any(assignment.test_cells.values()):
            raise
        return {}  # hidden checks bring what they need


def _settings(path: Path) -> dict[str, Any]:
    """Return what assignment.toml says, each value of the type that it needs; nothing where there is no such file."""
    if not os.path.lexists(path):
        return {}
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}): correct that line.") from error
    _refuse_unknown(settings, KEYS, SETTINGS_FILE)
    for key in ("libraries", "sheets", "data", "accepted_tests", "ungraded"):
        for value in settings.get(key, []):
            if not isinstance(value, str):
                raise ConfigError(f"{SETTINGS_FILE} has {value!r} in {key}: each entry is a text.")
    for number, table in enumerate(settings.get("files", []), start=1):
        if not isinstance(table, dict):
            raise ConfigError(f"{SETTINGS_FILE} has {table!r} in files: write a [[files]] table.")
        where = f"{SETTINGS_FILE}, [[files]] {number},"
        _refuse_unknown(table, FILE_KEYS, where)
        for key in ("id", "name", "kind"):
            if not table.get(key):
                raise ConfigError(f"{where} has no {key}.")
    return settings


def _refuse_unknown(table: dict[str, Any], keys: dict[str, type | tuple[type, ...]], where: str) -> None:
    for key, value in table.items():
        if key not in keys:
            raise ConfigError(f"{where} has {key!r}, which is not a setting: possible are {', '.join(keys)}.")
        if not isinstance(value, keys[key]) or (isinstance(value, bool) and keys[key] is not bool):
            raise ConfigError(f"{where} has {value!r} as {key}: it is {WORDS[keys[key]]}.")


def _sheet(path: Path, name: str) -> Sheet:
    if not os.path.lexists(path):
        raise ConfigError(f"{SETTINGS_FILE} of {name} names the sheet {path.stem}, but there is no {path}.")
    return read_sheet(path)


def _kit(source_dir: Path, kit: str) -> str:
    if kit and not (source_dir / kit / "__init__.py").is_file():
        raise ConfigError(f"{SETTINGS_FILE} names the kit {kit}, but there is no {source_dir / kit / '__init__.py'}.")
    return kit


def _files(tables: list[dict[str, Any]], items: list[Item]) -> Iterator[HandedInFile]:
    known = {item.id for item in items if item.graded_by != GradedBy.CHECKS}
    seen: set[tuple[str, str]] = set()
    for table in tables:
        file = HandedInFile(**{**table, "show_with": tuple(table.get("show_with", []))})
        for key, value, form in (("id", file.id, FILE_ID), ("name", file.name.lower(), FILE_NAME)):
            if (key, value) in seen:
                raise ConfigError(
                    f"{SETTINGS_FILE} has two [[files]] with the {key} {value}: give one of them another."
                )
            if not form.fullmatch(value):
                raise ConfigError(
                    f"{SETTINGS_FILE}: {value!r} cannot be the {key} of a file: write a plain short name."
                )
            seen.add((key, value))
        if file.kind not in FILE_KINDS or not file.name.lower().endswith(f".{file.kind}"):
            raise ConfigError(
                f"{SETTINGS_FILE}: the kind of {file.id} is {' or '.join(FILE_KINDS)}, and its name ends in it."
            )
        for item_id in file.show_with:
            if item_id not in known:
                raise ConfigError(f"{SETTINGS_FILE} shows {file.id} with {item_id}, which no person marks.")
        yield file


def _refuse_unknown_tests(assignment: Assignment) -> None:
    known = {test.id for tests in assignment.test_cells.values() for test in tests}
    for test in sorted(assignment.accepted_tests - known):
        raise ConfigError(f"{SETTINGS_FILE} has {test!r} in accepted_tests, which is no test cell: remove it.")


def _refuse_contradictions(items: list[Item], stated: float | None) -> None:
    seen: dict[str, str] = {}
    for item in items:
        if item.id in seen:
            raise ConfigError(
                f"The id {item.id} is used twice: in {seen[item.id]} and in {item.notebook}. Give one of them "
                "another id, or make two assignments of the notebooks."
            )
        seen[item.id] = item.notebook
    for item in items:
        if item.heading != item.id and item.heading in seen:
            raise ConfigError(
                f"The title of {item.id} in {item.notebook} is the id of another item, {item.heading}: "
                "write another title."
            )
    total = sum(item.points for item in items)
    if stated is not None and total != stated:
        raise ConfigError(f"The points of all items add up to {total:g}, not to {stated:g} as {SETTINGS_FILE} says.")
