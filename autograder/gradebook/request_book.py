"""Regrade requests on the desk: taken in, held by one marker at a time, answered, and undone."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from ..intake.asked_requests import Asked
from ..model.assignment import GradedBy
from . import desk_history, desk_rubrics, request_rows, request_writes
from .desk_opening import OpenMarks
from .desk_tables import EVENT
from .desk_types import Marker, Taken
from .request_rows import Asking, Place
from .request_writes import KINDS, Answer, Outcome


class RequestBook(OpenMarks):
    """The requests of one assignment; every method is one transaction, as in `DeskBook`, which has these, too."""

    def ask(self, asked: Iterable[Asked]) -> list[Outcome]:
        """Add requests that are not there yet, and say of each what became of it."""
        with self._writing_on() as connection:
            return request_writes.ask(connection, self._assignment.name, asked, now=self._clock())

    def askings(self) -> list[Asking]:
        """Return all requests by student and item: in the order of the items, then by age."""
        items = [item.id for item in self._assignment.items]
        with self._connected() as connection:
            return request_rows.askings(connection, self._assignment.name, items)

    def request_holders(self, marker: Marker) -> Mapping[Place, str]:
        """Return who else has which requests open."""
        with self._connected() as connection:
            return request_rows.holders(connection, self._assignment.name, marker, self._clock())

    def hold_request(self, place: Place, marker: Marker, *, keep: Iterable[Place] = ()) -> None:
        """Hold the requests of a student about an item, and give back all that is not in `keep`.

        Raises:
            Taken: Somebody else has them open.
        """
        with self._writing_on() as connection:
            now, name = self._clock(), self._assignment.name
            if holder := request_rows.holders(connection, name, marker, now).get(place):
                mine = holder == marker.name
                who = "Another browser of yours" if mine else holder
                raise Taken(f"{who} has this request open: take the next one.")
            request_rows.give_back(connection, name, marker, [place, *keep])
            request_rows.hold(connection, name, place, marker, until=now + self._lease_s)

    def give_back_requests(self, marker: Marker) -> None:
        """Give back what this browser holds."""
        with self._writing_on() as connection:
            request_rows.give_back(connection, self._assignment.name, marker)

    def answer(
        self, place: Place, answer: Answer, marker: Marker, *, asked: str, seen: Mapping[str, str] = {}
    ) -> Asking:  # fmt: skip
        """Answer all open requests of a student about an item; where none is open, change the last answer.

        Args:
            place: The student and the item.
            answer: The reply, with the mark or the points.
            marker: Who answers.
            asked: The revision of the requests that the marker saw.
            seen: The revision of each answer's mark that the marker saw, where people mark the item.

        Raises:
            RubricChanged: The decision ticks what the rubric has no longer.
            Taken: Somebody answered or marked meanwhile, or has it open; nothing is written.
        """
        student, item = place
        name, by_people = self._assignment.name, self._assignment.item(item).graded_by is not GradedBy.CHECKS
        with self._writing_on(item) as connection:
            if holder := request_rows.holders(connection, name, marker, self._clock()).get(place):
                raise Taken(f"{holder} has this request open: take the next one.")
            known = request_writes.refuse_changed(request_rows.asking(connection, name, student, item), asked)
            if by_people:
                request_writes.answer_written(self._work(connection, item), known, answer, marker, seen)
            else:
                of_item = {"assignment": name, "item": item}
                request_writes.answer_checked(connection, of_item, known, answer, marker, now=self._clock())
            return request_rows.asking(connection, name, student, item) or known

    def undo_answer(self, marker: Marker) -> Place | None:
        """Undo the last answer of this browser, and return whose it was; None where there is none.

        Raises:
            Taken: The mark was changed since: it stays as it is.
        """
        name = self._assignment.name
        own: list[Any] = [EVENT.c.assignment == name, EVENT.c.marker == marker.name, EVENT.c.browser == marker.browser]
        own += [EVENT.c.undone.is_(False), EVENT.c.kind.in_(KINDS)]
        with self._writing_on() as connection:
            last = connection.execute(select(EVENT).where(*own).order_by(EVENT.c.id.desc()).limit(1)).first()
            if last is None:
                return None
            place = request_rows.answered_by(connection, last.action) or (last.student, last.item)
            if last.kind == "request":
                work = self._work(connection, last.item)
                undone = desk_history.undo_action(work, desk_rubrics.fixed(work, marker), marker, last.action)
            else:
                undone = request_writes.undo_points(connection, name, last.action)
        if undone.problem:
            raise Taken(undone.problem)
        return place
