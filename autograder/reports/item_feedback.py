"""One item of a student's page: the question, what was handed in, what was earned and missed, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from ..gradebook.given_ticks import Given, ItemTicks
from ..gradebook.marks import Mark
from ..gradebook.regrade_requests import RegradeRequest
from ..marking.comment_html import comment_html
from ..model.assignment import GradedBy, Item
from ..model.plain_text import one_line, paragraph, points
from ..model.report import Awaiting, ItemResult, Verdict
from ..model.rubric import Rubric
from ..model.submission_status import SENTENCE_LIMIT
from . import check_points, rubric_points
from .about_run import in_words
from .own_work import OwnWork
from .typeset import NOTHING

LONG_QUESTION = 500  # characters; those of sheets have about 200, the prompts of code up to 2,000
MOST_REQUESTS, REQUEST_LIMIT, REQUEST_LINES = 5, 2_000, 40  # of one item; characters and lines of one
FAULT = "This item could not be graded yet, through no fault of yours. A person will look at it."


@dataclass(frozen=True)
class Request:
    """A request to look at the points again, and the answer to it; who answered is not said."""

    asked_at: str
    reason: str
    answer: str  # what became of it, in a sentence
    reply: Markup = NOTHING


@dataclass(frozen=True)
class ItemPage:
    """One item as its student sees it."""

    id: str
    heading: str
    score: str
    state: str = ""
    kind: str = ""  # good, lost, blank, fault or open: its style; a good one and an open one are folded
    lost: float = 0.0  # points
    reason: Markup = NOTHING  # why they were lost, in a line
    question: Markup = NOTHING
    work: OwnWork = field(default_factory=OwnWork)
    remarks: tuple[str, ...] = ()
    checks: tuple[check_points.CheckLine, ...] = ()
    where: tuple[str, ...] = ()
    formula: str = ""
    points: tuple[rubric_points.Line, ...] = ()  # of the rubric
    adjustment: str = ""
    why_adjusted: str = ""
    comment: Markup = NOTHING
    requests: tuple[Request, ...] = ()
    model_answer: Markup | None = None
    is_code: bool = False

    @property
    def has_long_question(self) -> bool:
        """Whether the question is closed on a screen."""
        return len(self.question.striptags()) > LONG_QUESTION

    @property
    def is_folded(self) -> bool:
        """Whether the item is closed on a screen: nothing in it asks for anything."""
        return self.kind in ("good", "open") and not self.requests


@dataclass(frozen=True)
class ItemInput:
    """What is known of one item of one student."""

    item: Item
    mark: Mark
    question: Markup
    work: OwnWork
    requests: Sequence[RegradeRequest] = ()
    model_answer: Markup | None = None

    @property
    def page(self) -> ItemPage:
        """The item without what was earned and missed."""
        lost = 0.0 if self.mark.score is None or self.mark.open else max(0.0, self.item.points - self.mark.score)
        heading = one_line(self.item.heading, SENTENCE_LIMIT)
        return ItemPage(
            self.item.id, heading, _score(self.item, self.mark), lost=lost,
            question=self.question, work=self.work, model_answer=self.model_answer,
            requests=tuple(map(_request, self.requests[-MOST_REQUESTS:])),
            is_code=self.item.graded_by == GradedBy.CHECKS,
        )  # fmt: skip


def code_item(known: ItemInput, result: ItemResult | None) -> ItemPage:
    """Return an item that checks grade."""
    item, mark = known.item, known.mark
    verdict = result.verdict if result is not None else Verdict.GRADER_FAULT
    checks = result.checks if result is not None else ()
    state, kind = _state(item, mark, verdict)
    is_set = mark.person is not None and mark.person != mark.machine
    remarks = [FAULT] if verdict is Verdict.GRADER_FAULT and mark.person is None else []
    remarks += check_points.passed(item, checks)
    remarks += [f"Accepted, with a note: {one_line(check.note, SENTENCE_LIMIT)}." for check in checks if check.note]
    if is_set and mark.machine is not None:
        remarks.append(f"A person set these points; the checks gave {points(mark.machine)}.")
    where = dict.fromkeys(one_line(check.where, SENTENCE_LIMIT) for check in check_points.lost_checks(checks))
    why = check_points.why_lost(item, checks) or ("A person set these points." if is_set else "")
    return replace(
        known.page,
        state=state,
        kind=kind,
        reason=Markup.escape(why),
        remarks=tuple(remarks),
        checks=check_points.lines(item, checks),
        where=tuple(filter(None, where)),
        comment=comment_html(mark.comment),
    )


def written_item(
    known: ItemInput, entry: Awaiting | None, ticks: tuple[Rubric, Given] | None, *, show_rubric: bool
) -> ItemPage:  # fmt: skip
    """Return an item that a person marks; `ticks` are of the desk, None where the mark does not come from there."""
    item, mark = known.item, known.mark
    is_empty = known.work.is_empty
    if mark.score is None:
        state, kind = "not marked yet", "open"
    elif mark.open:
        state, kind = "marked; a person will check it again", "open"
    elif mark.score >= item.points:
        state, kind = "full points", "good"
    elif is_empty and not mark.score:
        state, kind = "no answer", "blank"
    else:
        state, kind = "partly right" if mark.score else "no points", "lost"
    shown: list[rubric_points.Line] = []
    comment, adjustment, why = mark.comment, "", ""
    if ticks is not None and mark.open:
        comment = ""  # it may be a draft, as the ticks may be
    elif ticks is not None and mark.score is not None:
        rubric, given = ticks
        comment = given.comment
        shown = rubric_points.lines(rubric, given) if show_rubric else []
        if given.adjustment:
            adjustment = f"{given.adjustment:+g}".replace("-", "−")
            why = one_line(given.reason, SENTENCE_LIMIT) or "adjusted by the marker"
    formula = ""
    if entry is not None and entry.formula:
        formula = one_line(entry.for_student or f"{entry.formula}.", SENTENCE_LIMIT)
    return replace(
        known.page,
        state=state,
        kind=kind,
        reason=_why_lost(shown, why if adjustment.startswith("−") else "", state=state, comment=comment),
        formula=formula,
        points=tuple(shown),
        adjustment=adjustment,
        why_adjusted=why,
        comment=comment_html(comment),
    )


def _request(request: RegradeRequest) -> Request:
    """Return a request as its student sees it: as long as it is open, the reply is a draft of the marker's."""
    reason = paragraph(request.reason, REQUEST_LIMIT, REQUEST_LINES)
    asked_at = in_words(request.asked_at)
    if request.is_open:
        return Request(asked_at, reason, "It is not answered yet.")
    change = f"{request.moved:+.2f}".rstrip("0").rstrip(".").replace("-", "−")
    moved = f"The points changed by {change}." if request.moved else "The points stay as they are."
    return Request(asked_at, reason, moved, comment_html(request.reply))


def _score(item: Item, mark: Mark) -> str:
    earned = "–" if mark.score is None else points(mark.score)
    extra = f" + {points(mark.extra)} extra" if mark.extra else ""
    return f"{earned}{extra} / {points(item.points)}"


def _state(item: Item, mark: Mark, verdict: Verdict) -> tuple[str, str]:
    """Return the state of an item that checks grade, in words, and its style."""
    if mark.score is None:
        return "could not be graded yet", "fault"
    if mark.score >= item.points:
        return "full points", "good"
    if verdict is Verdict.NOT_ATTEMPTED and not mark.score:
        return "not attempted", "blank"
    return ("partly right" if mark.score else "no points"), "lost"


def _why_lost(shown: list[rubric_points.Line], adjusted: str, *, state: str, comment: str) -> Markup:
    """Return why an answer in words lost points, in one line."""
    if state == "no answer":
        return Markup("No answer.")
    costly = [*rubric_points.reasons(shown)]
    if costly:
        others = len(costly) - 1 + bool(adjusted)
        more = f" (and {others} more)" if others else ""
        return Markup("{}: {}{}").format(costly[0].word.capitalize(), costly[0].reason, more)
    if adjusted:
        return Markup.escape(adjusted)
    return Markup("See the comment.") if comment.strip() else Markup()


def ticks_of(items: Mapping[str, ItemTicks], item_id: str, student: str) -> tuple[Rubric, Given] | None:
    """Return the rubric of an item with what was ticked for a student, None where that did not come from the desk."""
    known = items.get(item_id)
    given = known.given.get(student) if known else None
    return (known.rubric, given) if known and given else None
