"""Gradescope's export of submissions: a folder for each, and `submission_metadata.yml`, which says whose they are."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import yaml

from ..handin.names import safe_id
from ..model.errors import SubmissionError
from .entries import Entry
from .logins import id_of

SYSTEM = "Gradescope"
METADATA = "submission_metadata.yml"
MAX_BYTES = 64 * 2**20  # it repeats the results of Gradescope's own autograder, for all attempts
MAX_MEMBERS = 50  # of one submission


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads plain data; what Ruby says of its own classes is dropped."""


def _plain(loader: Any, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Loader.add_multi_constructor("!", _plain)


def entries(data: bytes) -> dict[str, Entry]:
    """Return the entries of an export by the name of their folder or file. Raises SubmissionError for other data."""
    try:
        found = yaml.load(data, Loader=_Loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise SubmissionError(f"{METADATA} is damaged: export the submissions from Gradescope again.") from error
    if not isinstance(found, Mapping):
        raise SubmissionError(f"{METADATA} says of nobody what was sent: export the submissions from Gradescope again.")
    people = {name: _submitters(about) for name, about in found.items() if isinstance(name, str)}
    holders: dict[str, set[str]] = {}
    for person in (person for several in people.values() for person in several):
        holders.setdefault(id_of(_login(person)), set()).add(_key(person))
    shared = {student for student, keys in holders.items() if len(keys) > 1}
    return {
        name: entry
        for name, several in people.items()
        if (entry := _entry(name, [_sender(name, person, found[name], shared) for person in several]))
    }


def _entry(name: str, senders: list[Entry]) -> Entry | None:
    if len(senders) < 2:
        return senders[0] if senders else None
    first = senders[0]
    return replace(first, name=" and ".join(sender.name for sender in senders), members=tuple(senders))


def _sender(name: str, person: Mapping[str, str], about: Any, shared: set[str]) -> Entry:
    student = id_of(_login(person))
    own_id = safe_id(_login(person).lower()) if student in shared or not student else student
    when = _time(about.get(":created_at") if isinstance(about, Mapping) else None)
    order = int(when.timestamp()) if when else 0
    return Entry(
        name, person["name"], f"gradescope:{_key(person)}", False, order, "", SYSTEM, when, own_id, _login(person)
    )


def _submitters(about: Any) -> list[dict[str, str]]:
    listed = about.get(":submitters") if isinstance(about, Mapping) else None
    if not isinstance(listed, list):
        return []
    found = []
    for person in listed[:MAX_MEMBERS]:
        if isinstance(person, Mapping):
            texts = {key: str(person.get(f":{key}") or "").strip() for key in ("name", "email", "sid")}
            found += [texts] if _login(texts) else []
    return found


def _login(person: Mapping[str, str]) -> str:
    return person["email"] or person["sid"] or person["name"]


def _key(person: Mapping[str, str]) -> str:
    return _login(person).lower()


def _time(value: Any) -> datetime | None:
    if isinstance(value, Mapping):  # Ruby's time with its zone
        value = value.get("utc") or value.get("time")
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip().replace(" UTC", "+00:00").replace(" Z", "+00:00"))
        except ValueError:
            return None
    return value if isinstance(value, datetime) else None
