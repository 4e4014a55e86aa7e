"""One answer as the answer page shows it: texts, numbers and HTML of ours, so that the template decides nothing."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..formats.strict_markdown import strict_html
from ..gradebook.desk_book import Decision, RememberedComment, State, StoredRubric
from ..gradebook.desk_book import Status as Marked
from ..marking.answer_groups import Group
from ..marking.formula_ticks import pre_ticked
from ..marking.student_answers import Answer, Status
from ..model.plain_text import one_line, points
from ..model.report import FormulaStatus
from .addresses import Way
from .answer_body import answer_html
from .class_desk import ClassDesk
from .figures import Progress
from .keys import IN_FOOTER, KEYS, OF_TWO
from .order import Order
from .rubric_lines import Line, html_of, inline, lines
from .seen import Note, Seen
from .two_marks import both_marks, both_notes

LONGEST_COMMENT, LONGEST_REASON = 4000, 300
MOST_COMMENTS = 40  # earlier ones that are offered
MARKUP = re.compile(r"^\s*>\s?", re.MULTILINE)
HEADING = re.compile(r"\A\s*#[^\n]*")

STATUS_WORDS = {
    Marked.UNMARKED: "not marked", Marked.BEGUN: "not finished", Marked.DONE: "marked",
    Marked.SETTLED: "settled beforehand", Marked.FORMGRADER: "marked in formgrader",
    Marked.DISAGREED: "two marks differ",
}  # fmt: skip
FORMULA_WORDS = {
    FormulaStatus.RIGHT: "The formula is right.",
    FormulaStatus.WRONG: "The formula is wrong.",
    FormulaStatus.UNDECIDED: "The formula check cannot decide.",
}


@dataclass(frozen=True)
class Action:
    """A button below the answer."""

    name: str
    words: str
    key: str
    shortcut: str
    pressed: bool | None = None


@dataclass(frozen=True)
class AnswerView:
    """What the template shows."""

    item: str
    heading: str
    key: str
    address: str
    title: str
    place: str
    spoken: str  # what a screen reader says when the answer appears
    most: str
    version: int
    status: str
    status_words: str
    score: str
    body: Markup
    question: Markup
    question_line: Markup
    lines: list[Line]
    notes: list[Note]
    rubric_notes: list[Markup]
    comments: list[RememberedComment]
    actions: list[Action]
    decision: Decision
    adjustment: str
    revisions: str  # of all members, as JSON: what the marker saw, given back with each save
    progress: Progress
    home: str
    previous: str = ""
    following: str = ""
    held: str = ""  # why it can only be read
    notice: str = ""
    notice_link: str = ""
    notice_words: str = ""
    group_words: str = ""
    name: str = ""
    student_page: str = ""
    way: str = ""
    label: str = ""
    longest_comment: int = LONGEST_COMMENT
    longest_reason: int = LONGEST_REASON


@dataclass(frozen=True)
class _Read:
    """What the class and the book say of one answer."""

    answer: Answer
    answers: Mapping[str, Answer]
    order: Order
    group: Group
    states: Mapping[str, State]
    state: State
    stored: StoredRubric
    ticks: frozenset[str]
    beforehand: Mapping[str, str]  # ticks of the formula check alone, and why


def answer_view(desk: ClassDesk, item_id: str, student: str, seen: Seen, *, held: str = "") -> AnswerView:
    """Return one answer to show. Raises Unknown where there is none.

    `held` says why it can only be read, if so.
    """
    item, read = desk.question(item_id), _read(desk, item_id, student, seen)
    rubric, state, both = read.stored.rubric, read.state, both_marks(desk, item_id, student, seen)
    decision = state.decision or Decision()
    question = desk.question_texts[item_id]
    number, count = read.order.number.get(student, 0), len(read.order.number)
    place = f"Answer {number} of {count}" if number else "An answer that is in no queue"
    key, address = desk.key(student), seen.addresses
    held = held or _closed(read)
    score = rubric.score(read.ticks, decision.adjustment) if read.beforehand else state.score
    return AnswerView(
        item=item_id,
        heading=item.heading,
        key=f"{seen.way}{key}",
        address=address.answer(item_id, key, seen.way),
        title=f"{place} · {item.heading}",
        place=place,
        spoken=". ".join(filter(None, [place, _group_words(read.group), STATUS_WORDS[state.status], held])),
        most=points(item.points),
        version=read.stored.version,
        status=str(state.status),
        status_words=_status_words(state),
        score="–" if score is None else points(score),
        body=answer_html(read.answer, lambda name, version: address.file(key, name, version)),
        question=html_of(question),
        question_line=first_line(question),
        lines=lines(rubric, read.ticks, read.beforehand, both),
        notes=[*_notes(read.answer), *both_notes(both)],
        rubric_notes=[html_of(text) for text in rubric.notes],
        comments=desk.book.comments(item_id)[:MOST_COMMENTS],
        actions=_actions(decision, (*(OF_TWO if both else ()), *(("zoom",) if _has_pictures(read.answer) else ()))),
        decision=decision,
        adjustment=points(decision.adjustment) if decision.adjustment else "",
        revisions=revisions(desk, read.answers, read.group.students, read.states),
        progress=desk.figures.progress(item_id, seen.marker.name),
        home=address.overview,
        previous=_beside(desk, read, student, seen, -1),
        following=_beside(desk, read, student, seen, 1),
        held=held,
        group_words=_group_words(read.group),
        name=desk.name(student) if seen.names else "",
        student_page=address.student(key),
        way=str(seen.way),
        label={Way.SECOND: "second mark", Way.SETTLE: "two marks to settle"}.get(seen.way, ""),
        **_notice(read, seen, held),
    )


def first_line(question: str) -> Markup:
    """Return the first paragraph of a question in a line, without its heading."""
    paragraphs = (MARKUP.sub("", HEADING.sub("", part)).strip() for part in question.split("\n\n"))
    return inline(next(filter(None, paragraphs), question.strip(" #\n")).replace("\n", " "))


def states_of(desk: ClassDesk, item_id: str, students: Collection[str], seen: Seen) -> dict[str, State]:
    """Return the states of some answers, as who looks at them may know them."""
    marker = seen.marker if seen.second else None
    return desk.book.states(item_id, students, second=seen.second, marker=marker)


def revisions(
    desk: ClassDesk, answers: Mapping[str, Answer], members: Collection[str], states: Mapping[str, State]
) -> str:  # fmt: skip
    """Return what a marker saw of each of these answers, as JSON by key.

    `answers` are what is shown, asked for before `states`. Whose answer is being recorded anew is left out: a mark that
    is given now would count for a text that nobody has seen.
    """
    known = {member: state for member in members if (state := states.get(member))}
    return json.dumps(
        {desk.key(member): state.revision for member, state in known.items() if is_recorded(answers.get(member), state)}
    )


def is_recorded(answer: Answer | None, state: State) -> bool:
    """Whether the gradebook knows the answer that is shown, and no other one of the same student."""
    return not state.digest or (answer is not None and answer.digest == state.digest)


def _read(desk: ClassDesk, item_id: str, student: str, seen: Seen) -> _Read:
    answers, order = desk.answers.of_item(item_id), desk.order(item_id)
    answer = answers.get(student) or desk.answer(item_id, student)
    group = order.group_of(student)
    states, stored = states_of(desk, item_id, group.students, seen), desk.book.rubric(item_id)
    state = states.get(student) or State(student, Marked.UNMARKED)
    is_new = state.decision is None or (state.status is Marked.UNMARKED and state.decision == Decision())
    found = pre_ticked(stored.rubric, answer.formula, answer.diagnosis) if is_new else frozenset()
    why = "the formula is right" if answer.formula is FormulaStatus.RIGHT else "only a sign of the formula is wrong"
    beforehand = dict.fromkeys(found, why)
    ticks = state.decision.ticks if state.decision and not is_new else found
    return _Read(answer, answers, order, group, states, state, stored, ticks, beforehand)


def _status_words(state: State) -> str:
    words = STATUS_WORDS[state.status]
    if state.asked_again:
        words = "handed in again: look again"
    return f"{words} by {one_line(state.marker, 60)}" if state.status is Marked.DONE and state.marker else words


def _closed(read: _Read) -> str:
    """Return why an answer is not marked here, if so."""
    if read.answer.status is Status.REFUSED:
        return "The submission was refused, so that nothing of it is marked."
    if read.answer.status is Status.SHARED:
        return "Another member of the group handed in the same answer: it is marked there, for all of them."
    if not is_recorded(read.answer, read.state):
        return (
            "This answer is being recorded anew: look again in a moment; if this stays, run `autograder grade` again."
        )
    return ""


def _notice(read: _Read, seen: Seen, held: str) -> dict[str, Any]:
    if held:
        return {"notice": held}
    if read.stored.pending is not None and seen.may_change_rubric:
        link = f"{seen.addresses.question(read.answer.item)}/rubric"
        return {
            "notice": "The mark scheme in the source was changed; the rubric here is the one before.",
            "notice_link": link,
            "notice_words": "Look at the change.",
        }
    if read.state.asked_again:
        return {"notice": "This answer was handed in again after it was marked: the mark below is the earlier one."}
    if read.state.status is Marked.FORMGRADER:
        return {"notice": "This was marked in formgrader, and that counts; what you decide here counts instead."}
    return {}


def _group_words(group: Group) -> str:
    count = len(group.students)
    return f"{count} answers alike, one decision" if count > 1 else ""


def _notes(answer: Answer) -> list[Note]:
    notes = []
    if answer.formula in FORMULA_WORDS:
        kind = {FormulaStatus.RIGHT: "right", FormulaStatus.WRONG: "wrong"}.get(answer.formula, "")
        words = " ".join(filter(None, [FORMULA_WORDS[answer.formula], one_line(answer.diagnosis, 300)]))
        notes.append(Note(Markup.escape(words), kind))
    # Both may quote names of the student's. Who is marked for a whole group is a name, too: `_closed` says it without.
    reason = "" if answer.status is Status.SHARED else answer.reason
    return [*notes, *(Note(strict_html(text)) for text in filter(None, [reason, *answer.notes]))]


def _beside(desk: ClassDesk, read: _Read, student: str, seen: Seen, step: int) -> str:
    other = read.order.beside(student, step)
    return seen.addresses.answer(read.answer.item, desk.key(other), seen.way) if other else ""


def _has_pictures(answer: Answer) -> bool:
    return any(exhibit.pictures for exhibit in answer.exhibits)


def _actions(decision: Decision, further: Iterable[str]) -> list[Action]:
    known = {key.action: key for key in KEYS}
    return [
        Action(
            name, known[name].button, known[name].shown, known[name].pressed[0],
            decision.flagged if name == "flag" else None,
        )
        for name in (*further, *IN_FOOTER)
    ]  # fmt: skip
