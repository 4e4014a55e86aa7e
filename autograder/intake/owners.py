"""Whose each source is: from what the instructor sees outside, and only then from what a student wrote inside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..assignment import Assignment
from ..errors import SubmissionError
from .class_layout import is_notebook, is_zip
from .members import shown
from .naming import VALID_ID, claimed_id, is_generic, safe_id, stem_of
from .sources import Source

MADE_ID = re.compile(r"-[0-9a-f]{8}$")  # as `naming.safe_id` makes them


@dataclass
class Owned:
    """The sources of one student, the latest first, and what identifying them brought up."""

    student: str
    sources: list[Source] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def by_owner(sources: list[Source], assignment: Assignment) -> list[Owned]:
    """Return the students by id; nobody gets a share of another's work by naming a file after him.

    What the instructor sees from outside counts first: Canvas's number, or the name of a zip or folder. Names that
    only stand inside, or that a student gave to a file uploaded to Canvas, count as long as nobody else claims them.
    """
    owned: dict[str, Owned] = {}
    claims: dict[str, dict[str, list[Source]]] = defaultdict(lambda: defaultdict(list))
    for source in sources:
        if source.canvas is None:
            student, is_certain = _identity(source, assignment)
            if is_certain:
                entry = owned.setdefault(student.lower(), Owned(student))
                entry.sources.append(source)
                if MADE_ID.search(student) and student.lower() not in source.name.lower():
                    entry.warnings.append(f"{shown(source.name)} cannot be an id, so this goes by {student}.")
            else:
                claims[student.lower()][safe_id(stem_of(source.name))].append(source)
    users = _canvas_users(sources)
    for name, uploads in users.items():
        claim = _claim_by_upload(uploads, assignment)
        claims[name if claim is None or claim in users else claim][name] += uploads
    certain = frozenset(owned)
    for student, claimants in claims.items():
        for own_name, claiming in claimants.items():
            is_free = len(claimants) == 1 and (student not in certain or claiming[0].canvas is not None)
            entry = Owned(student if is_free else own_name)
            entry = owned.setdefault(entry.student.lower(), entry)
            entry.sources += claiming
            if not is_free:
                entry.warnings.append(f"{shown(claiming[0].name)} goes by the id {student}, and so does another.")
    for entry in owned.values():
        entry.sources.sort(key=lambda source: source.order, reverse=True)
    return sorted(owned.values(), key=lambda entry: entry.student)


def _canvas_users(sources: list[Source]) -> dict[str, list[Source]]:
    """Return the uploads of each Canvas user by the id that Canvas alone gives, which no student can choose."""
    users: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        if source.canvas is not None:
            users[source.canvas.student].append(source)
    return users


def _claim_by_upload(uploads: list[Source], assignment: Assignment) -> str | None:
    """Return the id that all files of one Canvas user agree on, by their names or else by those inside."""
    claims = _claims([source.name for source in uploads], assignment)
    if not claims:
        claims = {claim for source in uploads for claim in _claims_inside(source, assignment)[0]}
    return claims.pop() if len(claims) == 1 else None


def _identity(source: Source, assignment: Assignment) -> tuple[str, bool]:
    """Return the student of a source that is not from Canvas, and whether the id is more than a claim from inside."""
    if claim := claimed_id(source.name, assignment.name):
        return claim, True
    parent = source.path.parent.name if source.path else ""
    if source.name.lower() == assignment.name and VALID_ID.fullmatch(parent):
        return parent, True  # submitted/<student>/hw4, given by itself
    stem = stem_of(source.name)
    own_name = safe_id(stem.lower() if is_zip(source.name) else source.name)
    if source.in_class and not is_generic(source.name):
        return own_name, True
    claims, trail = _claims_inside(source, assignment)
    lower_trail = [name.lower() for name in trail]
    if assignment.name in lower_trail[1:]:
        return safe_id(trail[lower_trail.index(assignment.name) - 1]), True  # submitted/<student>/hw4
    if len(claims) == 1:
        return claims.pop(), not source.in_class
    if is_generic(source.name):
        named = [name for name in reversed(trail) if not is_generic(name) and name.lower() != "hw4kit"]
        return (safe_id(stem_of(named[0])), False) if named else (own_name, False)
    return own_name, True


def _claims_inside(source: Source, assignment: Assignment) -> tuple[set[str], tuple[str, ...]]:
    """Return the ids that the names inside a source claim, and the names of its inner zips and folders."""
    try:
        with ExitStack() as stack:
            bundle = source.open(stack)
    except SubmissionError:
        return set(), ()
    notebooks = [member.name for member in bundle.members if is_notebook(member, assignment)]
    return _claims(bundle.names, assignment) or _claims(notebooks, assignment), bundle.names


def _claims(names: Sequence[str], assignment: Assignment) -> set[str]:
    return {claim for name in names if (claim := claimed_id(name, assignment.name)) is not None}
