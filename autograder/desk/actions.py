"""What the answer page asks for while it is open: saves, the next answer, leases, undo, what opens in the panel."""

import json
from collections.abc import Mapping
from typing import Any

from tornado import web

from ..gradebook.desk_book import Decision, State, Taken
from ..gradebook.desk_book import Status as Marked
from ..marking.comment_html import comment_html
from ..model.plain_text import points
from .addresses import Way, parsed
from .answer_view import STATUS_WORDS, answer_view, states_of
from .class_desk import ClassDesk
from .handler import DeskHandler
from .panels import event_views, members_of
from .refusals import ONLY_INSTRUCTORS
from .requests import save_of, text_of, word_of
from .seen import Seen


class AnswerHandler(DeskHandler):
    """Handlers about a question or one answer to it; shows answers, and holds them for the marker who sees them."""

    def reply(self, **names: Any) -> None:
        """Answer the script."""
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(names))

    def next_answer(self, desk: ClassDesk, item: str, without: str) -> tuple[Seen, str]:
        """Hold the next answer that waits; return it with how it is seen, "" where none is left.

        `without` is the key of the answer that is shown now: it stays held.
        """
        desk.question(item)
        shown_key, way = parsed(without)
        shown = desk.student(shown_key) if without else ""
        if way is Way.SETTLE:
            return self._next_to_settle(desk, item, shown)
        for next_way in (Way.FIRST, Way.SECOND):
            seen = self.seen(desk, next_way)
            second = next_way is Way.SECOND
            student = desk.take(item, seen.marker, beside=shown, section=seen.section, second=second)
            if student:
                return seen, student
        return seen, ""

    def _next_to_settle(self, desk: ClassDesk, item: str, shown: str) -> tuple[Seen, str]:
        seen = self.seen(desk, Way.SETTLE)
        beside = members_to_mark(desk, item, shown, seen) if shown else []  # are settled with the one that is shown
        for entry in desk.book.disagreements(item):
            if entry.student not in beside and not hold(desk, item, entry.student, seen):
                return seen, entry.student
        return seen, ""

    async def show(self, desk: ClassDesk, item: str, student: str, seen: Seen, held: str = "") -> dict[str, Any]:
        """Return an answer for the script to show."""
        view = await self.in_thread(answer_view, desk, item, student, seen, held=held)
        return {"html": self.rendered("answer.html.j2", view=view), "address": view.address, "key": view.key}


def hold(desk: ClassDesk, item: str, student: str, seen: Seen) -> str:
    """Hold an answer and its group for a marker; return why that cannot be, "" if it is held."""
    if _settles_without_right(seen):
        return ONLY_INSTRUCTORS
    members = members_to_mark(desk, item, student, seen)
    if not members:
        return "There are no two marks to settle here, or not any more."
    try:
        desk.book.renew(item, members, seen.marker, second=seen.second)
    except Taken as problem:
        return str(problem)
    return ""


def open_alone(desk: ClassDesk, item: str, student: str, seen: Seen) -> str:
    """Hold an answer and its group, and give back what this browser had before; return why that cannot be."""
    if _settles_without_right(seen):
        return ONLY_INSTRUCTORS
    members = members_to_mark(desk, item, student, seen)
    taken = desk.book.lease(item, [members], seen.marker, second=seen.second, again=True)
    return "" if taken else hold(desk, item, student, seen)


def _settles_without_right(seen: Seen) -> bool:
    return seen.way is Way.SETTLE and not seen.may_change_rubric


class SaveHandler(AnswerHandler):
    """Saves one decision for all members of a group."""

    @web.authenticated
    async def post(self, assignment: str, item: str, key: str) -> None:
        """Answer with the score, and with what the next save has to give back."""
        desk = await self.desk(assignment)
        self.reply(**await self.in_thread(self._save, desk, item, key, self.body()))

    def _save(self, desk: ClassDesk, item: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        sent = save_of(body, desk.question(item).points)
        student_key, way = parsed(key)
        student, seen = desk.student(student_key), self.seen(desk, way)
        revision = {desk.student(member): known for member, known in sent.seen.items()}
        members = [member for member in members_to_mark(desk, item, student, seen) if member in revision]
        if student not in members:
            raise Taken("The group of this answer changed meanwhile: look again.")
        try:
            if way is Way.SETTLE:
                self.require_right(desk)
                states = desk.book.settle(item, members, sent.decision, seen.marker, seen=revision)
            else:
                states = desk.book.save(item, members, sent.decision, seen.marker, seen=revision, second=seen.second)
        except Taken:
            if not _is_saved(desk, item, members, sent.decision, seen):
                raise
            states = states_of(desk, item, members, seen)
        return saved(desk, item, student, seen, states)


def members_to_mark(desk: ClassDesk, item: str, student: str, seen: Seen) -> list[str]:
    """Return who gets one decision with an answer: its group, or of two marks to settle those that are alike."""
    group = desk.order(item).group_of(student)
    if seen.way is not Way.SETTLE:
        return list(group.students)
    open_ = {entry.student: (entry.first, entry.second) for entry in desk.book.disagreements(item)}
    return [member for member in group.students if member in open_ and open_[member] == open_.get(student)]


def _is_saved(desk: ClassDesk, item: str, members: list[str], decision: Decision, seen: Seen) -> bool:
    """Whether the book already says what is being sent: the answer to the first sending was lost on its way."""
    states = states_of(desk, item, members, seen)
    return all(
        (state := states.get(member)) is not None and state.decision == decision and state.marker == seen.marker.name
        for member in members
    )


def saved(
    desk: ClassDesk, item: str, student: str, seen: Seen, states: Mapping[str, State]
) -> dict[str, Any]:  # fmt: skip
    """Return what the page shows after a save, which made these states: not what others have done since."""
    desk.figures.changed(item)
    state = states[student]
    figures = desk.figures.progress(item, seen.marker.name)
    score = "–" if state.score is None else points(state.score)
    words = STATUS_WORDS[state.status]
    return {
        "score": score,
        "status": str(state.status),
        "status_words": "saved; Enter finishes it" if state.status is Marked.BEGUN else words,
        "said": f"Saved: {score} of {points(desk.question(item).points)}, {words}.",
        "seen": {desk.key(member): known.revision for member, known in states.items()},
        "done": figures.done,
        "left": figures.words,
    }


class NextHandler(AnswerHandler):
    """Takes the next answer that waits, and holds it for the marker."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with the next answer, or with where to go when all is marked."""
        desk = await self.desk(assignment)
        without = word_of(self.body(), "without")
        seen, student = await self.in_thread(self.next_answer, desk, item, without)
        if not student:
            settles = parsed(without)[1] is Way.SETTLE
            self.reply(finished=seen.addresses.agreement if settles else f"{seen.addresses.overview}?finished={item}")
        else:
            self.reply(**await self.show(desk, item, student, seen))


class RenewHandler(AnswerHandler):
    """Keeps what the page shows held for its marker."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with the keys that somebody else holds by now, and with the progress."""
        desk = await self.desk(assignment)
        keys = self.body().get("keys", [])
        if not isinstance(keys, list) or len(keys) > 4 or not all(isinstance(key, str) for key in keys):
            raise web.HTTPError(400, "The keys cannot be read: load the page again.")
        self.reply(**await self.in_thread(self._renew, desk, item, keys))

    def _renew(self, desk: ClassDesk, item: str, keys: list[str]) -> dict[str, Any]:
        desk.question(item)
        lost = []
        for key in keys:
            student_key, way = parsed(key)
            if hold(desk, item, desk.student(student_key), self.seen(desk, way)):
                lost.append(key)
        figures = desk.figures.progress(item, self.marker_name)
        return {"lost": lost, "done": figures.done, "left": figures.words}


class ReleaseHandler(AnswerHandler):
    """Gives back what this browser holds of a question, when its page is left."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with nothing."""
        desk = await self.desk(assignment)
        desk.question(item)
        for second in (False, True):
            await self.in_thread(desk.book.release, item, self.marker, second=second)
        self.reply()


class UndoHandler(AnswerHandler):
    """Undoes the last decision of this browser."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with the answer whose mark is as it was before."""
        desk = await self.desk(assignment)
        desk.question(item)
        students = await self.in_thread(desk.book.undo, item, self.marker)
        desk.figures.changed(item)
        if not students:
            self.reply(said="There is nothing to undo.")
            return
        order = await self.in_thread(desk.order, item)
        first = min(students, key=lambda student: order.number.get(student, 0))
        more = f" for {len(students)} answers" if len(students) > 1 else ""
        events = await self.in_thread(desk.book.history, item, first)
        # A second mark is shown as such: the first one is somebody else's, and its page would let it be changed.
        is_second = next((event.second for event in reversed(events) if event.kind == "undo"), False)
        seen = self.seen(desk, Way.SECOND if is_second else Way.FIRST)
        self.reply(**await self.show(desk, item, first, seen), said=f"Undone{more}.")


class TakeOutHandler(AnswerHandler):
    """Takes one answer out of its group."""

    @web.authenticated
    async def post(self, assignment: str, item: str, key: str) -> None:
        """Answer with the answer that was shown, in its new group."""
        desk = await self.desk(assignment)
        student_key, way = parsed(key)
        shown, member = desk.student(student_key), desk.student(word_of(self.body(), "member"))
        seen = self.seen(desk, way)
        desk.question(item)
        await self.in_thread(desk.book.split, item, member, seen.marker)
        held = await self.in_thread(hold, desk, item, shown, seen)
        self.reply(**await self.show(desk, item, shown, seen, held))


class PreviewHandler(AnswerHandler):
    """Shows a comment as the student will see it."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with HTML."""
        desk = await self.desk(assignment)
        desk.question(item)
        self.reply(html=await self.in_thread(comment_html, text_of(self.body(), "text")))


class PanelHandler(AnswerHandler):
    """What opens below an answer: the members of its group, the model answer, its history."""

    @web.authenticated
    async def get(self, assignment: str, item: str, key: str, kind: str) -> None:
        """Answer with HTML."""
        desk = await self.desk(assignment)
        student_key, way = parsed(key)
        student, seen = desk.student(student_key), self.seen(desk, way)
        desk.question(item)
        names: dict[str, Any] = {}
        if kind == "members":
            names["members"] = await self.in_thread(members_of, desk, item, student, seen)
        elif kind == "model":
            names["model"] = desk.model_answers.get(item, "")
        else:
            events = [] if way is Way.SECOND else await self.in_thread(desk.book.history, item, student)
            names["events"] = event_views(events)
        self.reply(html=self.rendered(f"{kind}.html.j2", is_second=way is Way.SECOND, **names))
