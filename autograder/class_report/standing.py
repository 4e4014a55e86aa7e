"""How one submission stands: refused, open, to be checked, waiting for marks or complete; and why, in one line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum

from ..report import ONE_REASON, SEEN, ItemResult, Report, Verdict
from .plain_text import one_line, paragraph, points

NAME_LIMIT = 60
SENTENCE_LIMIT = 240
MESSAGE_LIMIT, MESSAGE_LINES = 1000, 14
NO_RESULT = "There is no result for this item: grade the submission again."
NO_REASON = "The grader gave no reason."
_SEEN = re.compile(f"{SEEN}|\n")  # how the grader joins the two parts of a message


class Standing(str, Enum):
    """What a submission waits for, the most urgent first; the value is the word that people read."""

    FAULT = "grader fault"
    REFUSED = "refused"
    FINDINGS = "findings"
    WAITING = "marks waiting"
    COMPLETE = "complete"

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look before the scores can be trusted; marking written answers is not meant."""
        return self in {Standing.FAULT, Standing.REFUSED, Standing.FINDINGS}


def by_student(reports: Iterable[Report]) -> list[Report]:
    """Return the reports in the order of every list of the class: by name, whatever order they were graded in."""
    return sorted(reports, key=lambda report: (report.student.casefold(), report.student, report.total))


def student_name(report: Report) -> str:
    """Return the name as it may be shown."""
    return one_line(report.student, NAME_LIMIT) or "(no name)"


def standing(report: Report, item_ids: Collection[str] = ()) -> Standing:
    """Return how a submission stands; an id of `item_ids` without a result counts as a fault of ours."""
    if is_refused(report):
        return Standing.REFUSED
    if any(open_items(report, item_ids)):
        return Standing.FAULT
    if any(finding.level != "info" for finding in report.findings):
        return Standing.FINDINGS
    return Standing.WAITING if report.awaiting_person else Standing.COMPLETE


def is_refused(report: Report) -> bool:
    """Whether nothing of the submission could be graded, for a reason that a finding states."""
    nothing_graded = all(item.verdict is Verdict.NOT_ATTEMPTED for item in report.items)
    return nothing_graded and any(finding.level == "error" for finding in report.findings)


def refusal(report: Report) -> str:
    """Return the sentence that says why a refused submission was refused."""
    return next((one_line(finding.text, SENTENCE_LIMIT) for finding in report.findings if finding.level == "error"), "")


def open_items(report: Report, item_ids: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield (item id, sentence) for each item that has no score because of a fault of ours."""
    for item in report.items:
        if item.score is None:
            yield item.id, fault_sentence(item)
    present = {item.id for item in report.items}
    yield from ((item_id, NO_RESULT) for item_id in item_ids if item_id not in present)


def fault_sentence(item: ItemResult) -> str:
    """Return what the grader said about its own fault in an item, on one line."""
    faults = (check.message for check in item.checks if check.verdict is Verdict.GRADER_FAULT and check.message)
    said, seen = told(next(faults, item.reason))
    return one_line(seen or said, SENTENCE_LIMIT) or NO_REASON


def told(message: str) -> tuple[str, str]:
    """Return the two parts of a check's message: the true sentence about right code, and what was seen instead.

    What was seen can hold anything that a student's code said, the sentence cannot: it comes first.
    """
    said, _, seen = _SEEN.sub("\n", message[: 2 * MESSAGE_LIMIT], count=1).partition("\n")
    return one_line(said, SENTENCE_LIMIT), paragraph(seen, MESSAGE_LIMIT, MESSAGE_LINES)


def sentence(message: str) -> str:
    """Return the true sentence about right code with which a check's message begins."""
    return told(message)[0]


def reason(report: Report) -> str:
    """Return one line that says what matters most about a submission, for a table."""
    if is_refused(report):
        return f"refused: {refusal(report)}"
    fault = next(open_items(report), None)
    if fault:
        return f"grader fault in {one_line(fault[0], NAME_LIMIT)}: {fault[1]}"
    lost = sorted((item for item in report.items if (item.score or 0.0) < item.max), key=_minus_lost)
    warnings = [finding for finding in report.findings if finding.level != "info"]
    if lost:
        return _loss(lost[0], len(lost) - 1)
    if warnings:
        return f"full points, but: {one_line(warnings[0].text, SENTENCE_LIMIT)}"
    return "full points"


def _minus_lost(item: ItemResult) -> float:
    return (item.score or 0.0) - item.max


def _loss(item: ItemResult, others: int) -> str:
    if item.verdict is Verdict.NOT_ATTEMPTED:
        why = "not attempted"
    else:
        said, seen = told(item.reason)
        why = one_line(seen if said == ONE_REASON else said, SENTENCE_LIMIT) or item.verdict.value.replace("_", " ")
    more = f" (and {others} more)" if others else ""
    return f"{one_line(item.id, NAME_LIMIT)} -{points(item.max - (item.score or 0.0))}{more}: {why}"
