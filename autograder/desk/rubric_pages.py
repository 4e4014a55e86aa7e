"""The page that changes a rubric: its text, how it looks, and who gains and loses by it."""

from typing import Any

from tornado import web

from ..course import rubric_text
from ..gradebook.desk_book import Move
from ..marking.rubric_change import continued
from ..model.errors import ConfigError
from ..model.plain_text import counted, points
from ..model.rubric import Rubric
from .actions import AnswerHandler
from .class_desk import ClassDesk
from .requests import text_of
from .rubric_lines import lines
from .seen import Seen

LONGEST_SCHEME = 40_000
MOST_MOVES = 400  # that are listed


class RubricHandler(AnswerHandler):
    """The rubric of one question as text."""

    @web.authenticated
    async def get(self, assignment: str, item: str) -> None:
        """Show it; who may not change it reads it."""
        desk = await self.desk(assignment)
        desk.question(item)
        stored = await self.in_thread(desk.book.rubric, item)
        seen = self.seen(desk)
        self.page(
            "rubric_page.html.j2", item=item, heading=desk.questions[item].heading, stored=stored,
            lines=lines(stored.rubric, ()), seen=seen,
            text=rubric_text.write(stored.rubric), most=points(desk.questions[item].points),
            pending="" if stored.pending is None else rubric_text.write(stored.pending),
            longest=LONGEST_SCHEME, source=_source_of(desk, item),
            back=self._back(seen, item, self.get_query_argument("from", "")),
        )  # fmt: skip

    def _back(self, seen: Seen, item: str, key: str) -> str:
        is_key = key.removeprefix("2-").isalnum() and len(key) <= 12
        return seen.addresses.answer(item, key) if is_key else seen.addresses.question(item)


class RubricPreviewHandler(AnswerHandler):
    """What a rubric would look like and change."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with HTML: the rows, and who gains and loses."""
        desk = await self.desk(assignment)
        desk.question(item)
        new = await self.in_thread(_read, desk, item, self.body())
        moves = await self.in_thread(desk.book.preview, item, new)
        self.reply(html=self.moves_shown(desk, item, new, moves), version=desk.book.rubric(item).version)

    def moves_shown(self, desk: ClassDesk, item: str, new: Rubric, moves: list[Move]) -> str:
        """Return the rows of a rubric, and the list of what it moves, as HTML."""
        seen = self.seen(desk)
        numbers = desk.order(item).number
        listed = [
            (
                desk.name(move.student) if seen.names else f"Answer {numbers.get(move.student, '–')}",
                seen.addresses.answer(item, desk.key(move.student)), points(move.before), points(move.after),
                move.after > move.before,
            )
            for move in moves[:MOST_MOVES]
        ]  # fmt: skip
        gain, lose = (sum((move.after > move.before) is up for move in moves) for up in (True, False))
        words = (
            f"{counted(gain, 'answer')} would gain and {counted(lose, 'answer')} would lose points."
            if moves
            else "No mark would change."
        )
        return self.rendered(
            "rubric_moves.html.j2",
            lines=lines(new, ()),
            moves=listed,
            words=words,
            more=max(0, len(moves) - MOST_MOVES),
        )


class AdoptHandler(AnswerHandler):
    """Lets a rubric count."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with how many marks moved."""
        desk = await self.desk(assignment)
        desk.question(item)
        self.require_right(desk)
        body = self.body()
        new, over = await self.in_thread(_read, desk, item, body), body.get("version")
        moves = await self.in_thread(
            desk.book.adopt, item, new, self.marker, over=over if isinstance(over, int) else None
        )
        self.reply(said=f"The new rubric counts: {counted(len(moves), 'mark')} moved.")


class KeepHandler(AnswerHandler):
    """Leaves the rubric as it is although the mark scheme in the source changed."""

    @web.authenticated
    async def post(self, assignment: str, item: str) -> None:
        """Answer with a sentence."""
        desk = await self.desk(assignment)
        desk.question(item)
        self.require_right(desk)
        await self.in_thread(desk.book.accept_source, item)
        self.reply(said="The rubric stays as it is.")


def _read(desk: ClassDesk, item: str, body: dict[str, Any]) -> Rubric:
    """Return the rubric that was written, with the ids of what stayed the same. Raises ConfigError for what is none."""
    text = text_of(body, "text", LONGEST_SCHEME)
    try:
        new = rubric_text.read(item, desk.questions[item].points, text)
    except ConfigError as error:
        raise web.HTTPError(400, str(error)) from error
    return continued(desk.book.rubric(item).rubric, new)


def _source_of(desk: ClassDesk, item: str) -> str:
    """Return the file in which the author keeps the mark scheme."""
    name = desk.questions[item].notebook
    return f"answers/{name}.md" if name in desk.assignment.sheets else f"source/{desk.assignment.name}/{name}.ipynb"
