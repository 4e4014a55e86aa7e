"""What answers at the addresses of regrade requests: the list, a page, the answer to one, the next one, undo."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from tornado import web

from ..gradebook.desk_book import Decision, Taken
from ..gradebook.request_rows import Asking, Place
from ..gradebook.request_writes import Answer, same_points
from ..marking.comment_html import comment_html
from ..model.assignment import GradedBy
from ..model.plain_text import points
from . import keys
from .class_desk import ClassDesk
from .handler import DeskHandler
from .panels import event_views, members_of
from .refusals import Unknown
from .request_queue import Queue, item_of, queue_view
from .request_view import left_words, request_view, written_of
from .requests import save_of, text_of
from .seen import Seen

MOST_PLACES = 4
LONGEST_PLACE = 200


class RequestHandler(DeskHandler):
    """Handlers about requests."""

    def reply(self, **names: Any) -> None:
        """Answer the script."""
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(names))

    async def show(self, desk: ClassDesk, place: Place, seen: Seen, held: str = "") -> dict[str, Any]:
        """Return a request for the script to show."""
        view = await self.in_thread(request_view, desk, place, seen, held=held)
        return {"html": self.rendered("request.html.j2", view=view), "address": view.address, "key": view.place}


class QueueHandler(DeskHandler):
    """All requests."""

    @web.authenticated
    async def get(self, assignment: str) -> None:
        """List them."""
        desk = await self.desk(assignment)
        self.page("requests.html.j2", view=await self.in_thread(queue_view, desk, self.seen(desk)))


class RequestPageHandler(RequestHandler):
    """One request."""

    @web.authenticated
    async def get(self, assignment: str, item: str, key: str) -> None:
        """Show it, as a page or as the part that the script swaps, and hold it for the marker if it is free."""
        desk = await self.desk(assignment)
        place, seen = (desk.student(key), item_of(desk, item).id), self.seen(desk)
        held = await self.in_thread(_held, desk, place, seen)
        if self.get_query_argument("part", ""):
            self.reply(**await self.show(desk, place, seen, held))
            return
        view = await self.in_thread(request_view, desk, place, seen, held=held)
        self.page("request_page.html.j2", view=view, all_keys=keys.listed(), pressed=dict(keys.by_pressed()))


class AnswerRequestHandler(RequestHandler):
    """Answers one request."""

    @web.authenticated
    async def post(self, assignment: str, item: str, key: str) -> None:
        """Answer with the score, and how many are left."""
        desk = await self.desk(assignment)
        place = (desk.student(key), item_of(desk, item).id)
        self.reply(**await self.in_thread(self._answer, desk, place, self.body()))

    def _answer(self, desk: ClassDesk, place: Place, body: Mapping[str, Any]) -> dict[str, Any]:
        item, seen = item_of(desk, place[1]), self.seen(desk)
        sent, reply, asked = save_of(body, item.points), text_of(body, "reply"), text_of(body, "asked")
        if not reply.strip():
            raise web.HTTPError(400, "A regrade request needs a reply, which the student reads.")
        if item.graded_by is GradedBy.CHECKS:
            wanted = _points_of(body, item.points)
            if wanted is not None and not same_points(wanted, Queue.of(desk).asking(place).grade.score):
                self.require_right(desk)
            answer = Answer(reply, points=wanted)
        else:
            decision = None if body.get("keeps") is True else sent.decision
            answer = _written_answer(desk, place, seen, reply, decision, for_all=body.get("others") is True)
        revisions = {desk.student(member): known for member, known in sent.seen.items()}
        try:
            asking = desk.book.answer(place, answer, seen.marker, asked=asked, seen=revisions)
        except Taken:
            asking = Queue.of(desk).asking(place)
            if not _is_saved(asking, reply, seen.marker.name):
                raise
        desk.figures.changed(item.id) if item.id in desk.questions else None
        queue = Queue.of(desk)
        score = "–" if asking.grade.score is None else points(asking.grade.score)
        return {
            "score": score,
            "status": "done",
            "status_words": "answered",
            "said": f"Answered: {score} of {points(item.points)}.",
            "seen": {},
            "done": len(queue.askings) - len(queue.waiting),
            "left": left_words(queue),
        }


class NextRequestHandler(RequestHandler):
    """Takes the next request that waits, and holds it."""

    @web.authenticated
    async def post(self, assignment: str) -> None:
        """Answer with it, or with where to go when all are answered."""
        desk = await self.desk(assignment)
        shown, seen = _place(desk, self.body().get("without", "")), self.seen(desk)
        place = await self.in_thread(_next, desk, shown, seen)
        if place is None:
            self.reply(finished=seen.addresses.requests)
        else:
            self.reply(**await self.show(desk, place, seen))


class RenewRequestsHandler(RequestHandler):
    """Keeps what the page shows held for its marker."""

    @web.authenticated
    async def post(self, assignment: str) -> None:
        """Answer with what somebody else holds by now, and with how many are left."""
        desk = await self.desk(assignment)
        sent = self.body().get("keys", [])
        if not isinstance(sent, list) or len(sent) > MOST_PLACES:
            raise web.HTTPError(400, "The keys cannot be read: load the page again.")
        self.reply(**await self.in_thread(self._renew, desk, sent))

    def _renew(self, desk: ClassDesk, sent: list[Any]) -> dict[str, Any]:
        places = {text: place for text in sent if (place := _place(desk, text))}
        lost = [text for text, place in places.items() if _held(desk, place, self.seen(desk), [*places.values()])]
        queue = Queue.of(desk)
        return {"lost": lost, "done": len(queue.askings) - len(queue.waiting), "left": left_words(queue)}


class ReleaseRequestsHandler(RequestHandler):
    """Gives back what this browser holds, when its page is left."""

    @web.authenticated
    async def post(self, assignment: str) -> None:
        """Answer with nothing."""
        desk = await self.desk(assignment)
        await self.in_thread(desk.book.give_back_requests, self.marker)
        self.reply()


class UndoAnswerHandler(RequestHandler):
    """Undoes the last answer of this browser."""

    @web.authenticated
    async def post(self, assignment: str) -> None:
        """Answer with the request that waits again."""
        desk = await self.desk(assignment)
        place = await self.in_thread(desk.book.undo_answer, self.marker)
        if place is None:
            self.reply(said="There is nothing to undo.")
            return
        if place[1] in desk.questions:
            desk.figures.changed(place[1])
        seen = self.seen(desk)
        held = await self.in_thread(_held, desk, place, seen)
        self.reply(**await self.show(desk, place, seen, held), said="Undone: the request waits again.")


class RequestPanelHandler(RequestHandler):
    """What opens below the work: the model answer, others with the same answer, the history."""

    @web.authenticated
    async def get(self, assignment: str, item: str, key: str, kind: str) -> None:
        """Answer with HTML."""
        desk = await self.desk(assignment)
        place, seen = (desk.student(key), item_of(desk, item).id), self.seen(desk)
        names: dict[str, Any] = {}
        if kind == "history":
            names["events"] = event_views(await self.in_thread(desk.book.history, place[1], place[0]))
        elif place[1] not in desk.questions:
            raise Unknown("Nothing more is shown of an item that checks grade.")
        elif kind == "members":
            student = (await self.in_thread(written_of, desk, place, seen)).student
            names["members"] = await self.in_thread(members_of, desk, place[1], student, seen)
        else:
            names["model"] = desk.model_answers.get(place[1], "")
        self.reply(html=self.rendered(f"{kind}.html.j2", is_second=False, **names))


class ReplyPreviewHandler(RequestHandler):
    """Shows a reply as the student will see it."""

    @web.authenticated
    async def post(self, assignment: str) -> None:
        """Answer with HTML."""
        await self.desk(assignment)
        self.reply(html=await self.in_thread(comment_html, text_of(self.body(), "text")))


def _written_answer(
    desk: ClassDesk, place: Place, seen: Seen, reply: str, decision: Decision | None, *, for_all: bool
) -> Answer:  # fmt: skip
    """Return an answer about what people mark: for this student alone, or for all with the same answer and mark."""
    written = written_of(desk, place, seen)
    if for_all:
        return Answer(reply, decision, written.others)
    is_alone = len(desk.order(place[1]).group_of(written.student).students) == 1
    return Answer(reply, decision, take_out="" if is_alone else written.student)


def _points_of(body: Mapping[str, Any], most: float) -> float | None:
    """Return the points that were sent, None to keep them. Raises HTTPError for what is no such number."""
    value = body.get("points")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise web.HTTPError(400, f"The item has from 0 to {points(most)} points: write a number between.")
    return round(float(value), 2)


def _is_saved(asking: Asking, reply: str, marker: str) -> bool:
    """Whether the gradebook already says what is being sent: the answer to the first sending was lost on its way."""
    last = asking.requests[-1]
    return not last.is_open and (last.reply, last.marker) == (reply, marker)


def _next(desk: ClassDesk, shown: Place | None, seen: Seen) -> Place | None:
    """Hold the next request that waits and that nobody has open; what is shown stays held."""
    for asking in Queue.of(desk).behind(shown):
        place = (asking.student, asking.item)
        if not _held(desk, place, seen, [shown] if shown else []):
            return place
    return None


def _held(desk: ClassDesk, place: Place, seen: Seen, keep: Collection[Place] = ()) -> str:
    """Hold a request for a marker; return why that cannot be, "" if it is held."""
    try:
        desk.book.hold_request(place, seen.marker, keep=keep)
    except Taken as problem:
        return str(problem)
    return ""


def _place(desk: ClassDesk, text: Any) -> Place | None:
    """Return the student and the item that a text of the script's stands for; None for anything else."""
    if not isinstance(text, str) or len(text) > LONGEST_PLACE or "/" not in text:
        return None
    item, _, key = text.rpartition("/")
    return (desk.student(key), item_of(desk, item).id)
