"""What the database holds of regrade requests: a student's requests about an item, with the points of today."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nbgrader import api
from sqlalchemy import Connection, and_, delete, insert, select, update

from .desk_rows import LeaseRow
from .desk_tables import ASKED, EVENT, LEASE, REQUEST
from .desk_types import Marker
from .regrade_requests import RegradeRequest, stored

_ASSIGNMENT, _SUBMISSION, _BOOK = (
    api.Assignment.__table__,
    api.SubmittedAssignment.__table__,
    api.SubmittedNotebook.__table__,
)
_CELL, _GRADE = api.BaseCell.__table__, api.Grade.__table__

Place = tuple[str, str]  # student and item


@dataclass(frozen=True)
class Grade:
    """What nbgrader's row has for one item of one student, without extra credit."""

    row: str
    machine: float | None
    person: float | None  # counts in place of the machine's
    is_waiting: bool  # for a person

    @property
    def score(self) -> float | None:
        """The points that count."""
        return self.machine if self.person is None else self.person


@dataclass(frozen=True)
class Asking:
    """All requests of one student about one item: one reply answers all that are open."""

    student: str
    item: str
    requests: tuple[RegradeRequest, ...]  # the oldest first, at least one
    grade: Grade

    @property
    def open(self) -> tuple[RegradeRequest, ...]:
        """Those that wait for an answer."""
        return tuple(request for request in self.requests if request.is_open)

    @property
    def asks_again(self) -> bool:
        """Whether a person gave the points, and what was graded since asks to look at them again."""
        return not self.open and self.grade.person is not None and self.grade.is_waiting

    @property
    def moved_meanwhile(self) -> tuple[float | None, float | None] | None:
        """The points before and after a change that no answer to these requests made; None without one."""
        last = self.requests[-1]
        known = last.before if last.is_open else last.after
        return None if known == self.grade.score else (known, self.grade.score)

    @property
    def revision(self) -> str:
        """What differs as soon as anybody asked again, answered, or changed the points."""
        answered = [request.id for request in self.requests if not request.is_open]
        last = self.requests[-1]
        return f"{last.id}.{len(answered)}.{last.answered_at}.{self.grade.score}"


def askings(connection: Connection, assignment: str, items: Sequence[str]) -> list[Asking]:
    """Return all requests about these items by student and item: in the order of `items`, then by age."""
    found: dict[Place, list[RegradeRequest]] = defaultdict(list)
    for request in stored(connection, assignment):
        found[request.student, request.item].append(request)
    known = grades(connection, assignment, {student for student, _ in found}) if found else {}
    asked = [
        Asking(student, item, tuple(requests), known[student, item])
        for (student, item), requests in found.items()
        if item in items and (student, item) in known
    ]
    return sorted(asked, key=lambda entry: (items.index(entry.item), (entry.open or entry.requests)[0].id))


def asking(connection: Connection, assignment: str, student: str, item: str) -> Asking | None:
    """Return the requests of one student about one item, None where there is none, or no grade."""
    requests = tuple(one for one in stored(connection, assignment, [student]) if one.item == item)
    grade = grades(connection, assignment, [student]).get((student, item))
    return Asking(student, item, requests, grade) if requests and grade else None


def grades(connection: Connection, assignment: str, students: Collection[str]) -> dict[Place, Grade]:
    """Return what nbgrader's rows have for all items of these students."""
    columns = (_GRADE.c.id, _GRADE.c.auto_score, _GRADE.c.manual_score, _GRADE.c.needs_manual_grade)
    rows = connection.execute(
        select(_SUBMISSION.c.student_id, _CELL.c.name, *columns)
        .join(_CELL, _CELL.c.id == _GRADE.c.cell_id)
        .join(_BOOK, _BOOK.c.id == _GRADE.c.notebook_id)
        .join(_SUBMISSION, _SUBMISSION.c.id == _BOOK.c.assignment_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
        .where(_ASSIGNMENT.c.name == assignment, _SUBMISSION.c.student_id.in_(students))
    )
    return {(row[0], row[1]): Grade(row[2], row[3], row[4], bool(row[5])) for row in rows}


def reopen(connection: Connection, events: Collection[str]) -> None:
    """Let the requests wait again that these events answered; the reply stays as a draft."""
    nothing = {"marker": "", "answered_at": None, "after": None, "event": ""}
    connection.execute(update(REQUEST).where(REQUEST.c.event.in_(events)).values(nothing))


def answered_by(connection: Connection, action: str) -> Place | None:
    """Return whose requests a decision answered, which may have changed the marks of others, too."""
    keys = select(EVENT.c.key).where(EVENT.c.action == action)
    row = connection.execute(select(REQUEST.c.student, REQUEST.c.item).where(REQUEST.c.event.in_(keys))).first()
    return (row.student, row.item) if row else None


def holders(connection: Connection, assignment: str, marker: Marker, now: float) -> Mapping[Place, str]:
    """Return who else has which requests open; another browser of the same marker is somebody else."""
    here = and_(LEASE.c.assignment == assignment, LEASE.c.slot == ASKED)
    found = {}
    for item, *values in connection.execute(
        select(LEASE.c.item, *(LEASE.c[name] for name in LeaseRow._fields)).where(here)
    ):
        lease = LeaseRow._make(values)
        if lease.counts(now) and (lease.marker, lease.browser) != (marker.name, marker.browser):
            found[lease.student, item] = lease.marker
    return found


def hold(connection: Connection, assignment: str, place: Place, marker: Marker, *, until: float) -> None:
    """Give the requests of a student about an item to a marker, whoever's they were."""
    student, item = place
    here = and_(LEASE.c.assignment == assignment, LEASE.c.item == item, LEASE.c.student == student)
    connection.execute(delete(LEASE).where(here, LEASE.c.slot == ASKED))
    lease = LeaseRow(student, ASKED, marker.name, marker.browser, until)
    connection.execute(insert(LEASE), [{"assignment": assignment, "item": item} | lease._asdict()])


def give_back(connection: Connection, assignment: str, marker: Marker, keep: Collection[Place] = ()) -> None:
    """Give back what a browser holds of all requests, but for those of `keep`."""
    own = and_(LEASE.c.marker == marker.name, LEASE.c.browser == marker.browser)
    kept = [and_(LEASE.c.student == student, LEASE.c.item == item) for student, item in keep]
    here = and_(LEASE.c.assignment == assignment, LEASE.c.slot == ASKED, own)
    connection.execute(delete(LEASE).where(here, *(~one for one in kept)))
