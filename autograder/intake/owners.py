"""Whose each source is: from what the instructor sees outside, and only then from what a student wrote inside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..assignment import Assignment
from ..errors import SubmissionError
from .class_layout import is_notebook, is_zip
from .members import shown
from .naming import HIDDEN, VALID_ID, claimed_id, is_generic, possible_canvas_names, safe_id, stem_of
from .sources import Source

MADE_ID = re.compile(r"-[0-9a-f]{8}$")  # as `naming.safe_id` makes them


@dataclass(frozen=True)
class Acquaintances:
    """Whom the instructor knows already, from a roster and from earlier downloads."""

    users: Mapping[str, str] = field(default_factory=dict)  # student ids by Canvas's number or mark
    students: frozenset[str] | None = None  # ids of everybody in the course; None without a roster

    def of_another(self, student: str, user: str) -> bool:
        """Whether an id is that of another user; numbers and the marks that hide them cannot be compared."""
        return any(other != user and other.isdigit() == user.isdigit() for other in self._by_student.get(student, ()))

    @cached_property
    def _by_student(self) -> Mapping[str, list[str]]:
        users: dict[str, list[str]] = defaultdict(list)
        for user, student in self.users.items():
            users[student.lower()].append(user)
        return users


@dataclass
class Owned:
    """The sources of one student, the latest first, and what identifying them brought up."""

    student: str
    sources: list[Source] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_known: bool = False  # the instructor knew whose the Canvas number is


def _key(student: str) -> str:
    """Return what ids that mean the same have in common; capitals tell the marks of hidden names apart."""
    return student if student.startswith(HIDDEN) else student.lower()


class _Claims:
    """Who has what for certain, and who else claims an id by the name of a file."""

    def __init__(self) -> None:
        self.owned: dict[str, Owned] = {}
        self._claims: dict[str, dict[str, list[Source]]] = defaultdict(lambda: defaultdict(list))

    def give(self, student: str, sources: Sequence[Source], warning: str = "") -> Owned:
        """Give sources to a student, for certain."""
        entry = self.owned.setdefault(_key(student), Owned(student))
        entry.sources += sources
        entry.warnings += [warning] if warning else []
        return entry

    def claim(self, student: str, own_name: str, sources: Sequence[Source]) -> None:
        """Give sources to a student if nobody else claims that id, otherwise to whoever goes by `own_name`."""
        self._claims[_key(student)][own_name] += sources

    def settle(self) -> None:
        """Decide on all claims."""
        certain = frozenset(self.owned)
        for student, claimants in self._claims.items():
            for own_name, claiming in claimants.items():
                is_free = len(claimants) == 1 and (student not in certain or claiming[0].canvas is not None)
                warning = f"{shown(claiming[0].name)} goes by the id {student}, and so does another."
                self.give(student if is_free else own_name, claiming, "" if is_free else warning)


def by_owner(
    sources: list[Source], assignment: Assignment, known: Acquaintances = Acquaintances()
) -> list[Owned]:  # fmt: skip
    """Return the students by id; nobody gets a share of another's work by naming a file after him.

    What the instructor sees from outside counts first: Canvas's number, or the name of a zip or folder. Names that
    only stand inside, or that a student gave to a file uploaded to Canvas, count as long as nobody else claims them,
    or is known by them.
    """
    claims = _Claims()
    sources = [_reread(source, known) for source in sources]
    for source in sources:
        if source.canvas is None:
            student, is_certain = _identity(source, assignment)
            if is_certain:
                is_made = MADE_ID.search(student) and student.lower() not in source.name.lower()
                warning = f"{shown(source.name)} cannot be an id, so this goes by {student}." if is_made else ""
                claims.give(student, [source], warning)
            else:
                claims.claim(student, safe_id(stem_of(source.name)), [source])
    users = _canvas_users(sources)
    names = {name for _, name in users}
    for (user, name), uploads in users.items():
        if student := known.users.get(user, ""):
            claims.give(student, uploads).is_known = True
            continue
        claim = _claim_by_upload(uploads, assignment)
        if claim is not None and known.of_another(claim, user):
            warning = f"{shown(uploads[0].name)} goes by the id {claim}, which is another's on Canvas."
            claims.give(name, uploads, warning)
        else:
            claims.claim(name if claim is None or claim in names else claim, name, uploads)
    claims.settle()
    for entry in claims.owned.values():
        is_hidden = entry.student.startswith(HIDDEN)
        if known.students is not None and not is_hidden and entry.student.lower() not in known.students:
            entry.warnings.append("Nobody in the roster goes by this id.")
        entry.sources.sort(key=lambda source: source.order, reverse=True)
    return sorted(claims.owned.values(), key=lambda entry: entry.student)


def _reread(source: Source, known: Acquaintances) -> Source:
    """Return a source from Canvas under the number in its name that is somebody's, where there are several."""
    if source.canvas is not None and source.canvas.user not in known.users:
        for other in possible_canvas_names(source.canvas.entry):
            if other.user in known.users:
                return replace(source, name=other.file, canvas=other)
    return source


def _canvas_users(sources: list[Source]) -> dict[tuple[str, str], list[Source]]:
    """Return the uploads of each Canvas user by number and by the id that Canvas alone gives: no student's choice."""
    names: dict[str, str] = {}  # the first one, should a user have changed names between two downloads
    users: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in sources:
        if source.canvas is not None:
            user = source.canvas.user
            users[user, names.setdefault(user, source.canvas.student)].append(source)
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
