"""One student's answers with everything that a marker sees next to them, and the file in which they are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ..handin.filled_sheet import Filled, is_empty
from ..model.assignment import Item
from ..model.report import FormulaStatus
from .answer_digest import answer_digest
from .answers import may_be_elsewhere
from .exhibits import Exhibit, Exhibits
from .marker_notes import MarkersView

SCHEMA = 2
FORMULA_WORDS = {
    FormulaStatus.RIGHT: "The final formula is right.",
    FormulaStatus.WRONG: "The final formula is wrong.",
    FormulaStatus.UNDECIDED: "The final formula could not be checked: please decide.",
    FormulaStatus.EMPTY: "There is no final formula.",
}
LOOK_THERE = "Look at the files that were handed in."
MOST_KEPT = 250_000  # characters of one text; a whole sheet may have 262,144 bytes


class Status(StrEnum):
    """What is there to mark."""

    WRITTEN = "written"
    EMPTY = "empty"  # nothing was written, and nothing that was handed in may hold the answer
    ELSEWHERE = "elsewhere"  # nothing was found, but a person may find it: in a PDF, a file, under another heading
    REFUSED = "refused"  # nothing of the submission counts
    SHARED = "shared"  # a member of the group handed in the same, and is marked for all


@dataclass(frozen=True)
class Answer:
    """One answer of one student, and what is shown with it. Nothing here is HTML, and no text is safe to show as such.

    Attributes:
        text: What the student wrote, at most MOST_KEPT characters of it.
        digest: Of everything of the student's that a marker sees (`answer_digest`), of the whole text.
        beside: Of all that but the text and the references: two equal texts deserve one mark only if it is equal, too;
            "" where there is nothing else.
        reason: Why there is nothing to mark, or where to look, in a sentence; for SHARED, who is marked for all.
        notes: Sentences for the marker, in markdown.
        formula: What the checker of the kit says of the final formula; None for an answer without one.
        references: What the student cites at the end of the sheet.
        elsewhere: What the student wrote on the sheet under no question.
    """

    student: str
    item: str
    text: str
    digest: str
    status: Status
    reason: str = ""
    beside: str = ""
    notes: tuple[str, ...] = ()
    formula: FormulaStatus | None = None
    diagnosis: str = ""
    exhibits: tuple[Exhibit, ...] = ()
    references: str = ""
    elsewhere: str = ""

    @property
    def verdict(self) -> str:
        """What the checker of the kit says of the final formula, in words; "" for an answer without one."""
        return f"{FORMULA_WORDS[self.formula]} {self.diagnosis}".strip() if self.formula else ""


@dataclass(frozen=True)
class StudentAnswers:
    """The answers of one student by item, in the order of the assignment."""

    student: str
    answers: Mapping[str, Answer]
    group: tuple[str, ...] = ()  # who handed this in together, whoever sent it first; empty without a group
    files: frozenset[str] = field(init=False, repr=False, default=frozenset())  # what a browser may be given

    def __post_init__(self) -> None:
        exhibits = [exhibit for answer in self.answers.values() for exhibit in answer.exhibits]
        names = {picture.name for exhibit in exhibits for picture in exhibit.pictures}
        object.__setattr__(self, "files", frozenset(names | {exhibit.original for exhibit in exhibits} - {""}))

    def to_json(self) -> str:
        """Return the stored form."""
        answers = [{key: value for key, value in asdict(answer).items() if value} for answer in self.answers.values()]
        for answer in answers:
            del answer["student"]
        data = {"schema": SCHEMA, "student": self.student, "group": self.group, "answers": answers}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> StudentAnswers:
        """Read the stored form. Raises one of UNREADABLE when the text is none, or of another schema."""
        data: dict[str, Any] = json.loads(text)
        if data["schema"] != SCHEMA:
            raise ValueError(f"schema {data['schema']}")
        student = data["student"]
        answers = [_answer(student, entry) for entry in data["answers"]]
        return cls(student, {answer.item: answer for answer in answers}, tuple(data["group"]))


def collected(view: MarkersView, exhibits: Exhibits) -> StudentAnswers:
    """Return the answers of one submission, which may have been refused. Never raises for what was submitted."""
    submission, assignment = view.submission, view.assignment
    refused = view.report.refused or submission.problem or ""
    notes = {} if refused or submission.fault else view.notes()
    awaiting = {entry.id: entry for entry in view.report.awaiting_person}
    answers = {}
    for item in assignment.person_items:
        text, sheet = view.written.texts.get(item.id, ""), view.written.sheets.get(item.notebook, Filled({}))
        shown, entry = exhibits.by_item.get(item.id, ()), awaiting.get(item.id)
        more, sources = [sheet.elsewhere, *(exhibit.code for exhibit in shown)], exhibits.sources.get(item.id)
        status, reason = _status(item, view)
        answers[item.id] = Answer(
            submission.student,
            item.id,
            text[:MOST_KEPT],
            answer_digest([refused, text, sheet.references, *more], sources),
            status,
            reason,
            answer_digest(more, sources) if sources or any(more) else "",
            tuple(notes.get(item.id, ())),
            entry.formula if entry else None,
            (entry.diagnosis or "") if entry else "",
            shown,
            sheet.references[:MOST_KEPT],
            sheet.elsewhere[:MOST_KEPT],
        )
    return StudentAnswers(submission.student, answers, submission.group.members if submission.group else ())


def _status(item: Item, view: MarkersView) -> tuple[Status, str]:
    """Return what there is to mark, and the sentence that says why there is nothing, or where to look."""
    submission = view.submission
    if refused := view.report.refused or submission.problem:
        return Status.REFUSED, refused
    if submission.fault:
        return Status.ELSEWHERE, f"{submission.fault} {LOOK_THERE}"
    if not is_empty(view.written.texts[item.id]):
        return Status.WRITTEN, ""
    is_elsewhere = may_be_elsewhere(item, submission, view.assignment)
    return (Status.ELSEWHERE if is_elsewhere else Status.EMPTY), ""


UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # JSON that is not ours, or damaged


def _answer(student: str, data: dict[str, Any]) -> Answer:
    formula = data.get("formula")
    own = {
        "text": data.get("text", ""),
        "status": Status(data["status"]),
        "notes": tuple(data.get("notes", ())),
        "formula": FormulaStatus(formula) if formula else None,
        "exhibits": tuple(map(Exhibit.from_data, data.get("exhibits", ()))),
    }
    return Answer(student, **{**data, **own})
