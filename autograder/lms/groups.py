"""Who works together: groups in an exported list of the class, and those that were used last for an assignment."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..formats.whole_files import write_whole
from ..model.errors import ConfigError
from ..model.result_folders import ResultFolders
from . import class_list
from .class_list import Person

REMEMBERED = "groups.json"  # in the folder of what only the grader reads


@dataclass(frozen=True)
class Group:
    """Students who hand in together, at least one."""

    name: str
    members: tuple[Person, ...]


def read(path: Path) -> tuple[Group, ...]:
    """Return the groups in a list. Raises ConfigError when it has none."""
    members: dict[str, list[Person]] = defaultdict(list)
    for person in class_list.read(path):
        for name in person.groups:
            members[name].append(person)
    if not members:
        raise ConfigError(f"{path} has no groups: give a list with the columns group and student.")
    return tuple(Group(name, tuple(people)) for name, people in members.items())


def find(path: Path | None, folders: ResultFolders) -> tuple[Group, ...]:
    """Return the groups in a list; without a path, those that were used last for this assignment."""
    return _remembered(folders) if path is None else read(path)


def remember(groups: tuple[Group, ...], folders: ResultFolders) -> None:
    """Keep the groups for later runs. Raises ConfigError when they cannot be written."""
    path = folders.hidden / REMEMBERED
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps([asdict(group) for group in groups], ensure_ascii=False))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}): fix this, then run the command again."
        ) from error


def _remembered(folders: ResultFolders) -> tuple[Group, ...]:
    try:
        return tuple(_groups(json.loads((folders.hidden / REMEMBERED).read_text(encoding="utf-8"))))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ()


def _groups(entries: list[dict[str, Any]]) -> Iterator[Group]:
    for entry in entries:
        people = [
            Person(str(p["student"]), str(p["name"]), str(p["user"]), tuple(map(str, p["other_ids"])))
            for p in entry["members"]
        ]
        yield Group(str(entry["name"]), tuple(people))
