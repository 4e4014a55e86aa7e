"""The status of one submission: refused, open, to be checked, unmarked or complete; and why, in one line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum

from ..handin.problems import Level
from .plain_text import one_line, paragraph, points
from .report import ONE_REASON, CheckResult, ItemResult, Report, Verdict

NAME_LIMIT = 60
SENTENCE_LIMIT = 240
MESSAGE_LIMIT, MESSAGE_LINES = 1000, 14
NO_RESULT = "There is no result for this item: grade the submission again."
NO_REASON = "The grader gave no reason."


class SubmissionStatus(StrEnum):
    """What a submission still needs, the most urgent first; the value is the word that people read."""

    FAULT = "grader fault"
    REFUSED = "refused"
    FINDINGS = "findings"
    WAITING = "marks waiting"
    COMPLETE = "complete"

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look before the scores can be trusted; marking written answers is not meant."""
        return self in {SubmissionStatus.FAULT, SubmissionStatus.REFUSED, SubmissionStatus.FINDINGS}


def by_student(reports: Iterable[Report]) -> list[Report]:
    """Return the reports in the order of every list of the class: by name, whatever order they were graded in."""
    return sorted(reports, key=lambda report: (report.student.casefold(), report.student, report.total))


def student_name(report: Report) -> str:
    """Return the name cleaned for display."""
    return one_line(report.student, NAME_LIMIT) or "(no name)"


def status_of(report: Report, item_ids: Collection[str] = ()) -> SubmissionStatus:
    """Return the status of a submission; an id of `item_ids` without a result counts as a fault of ours."""
    if report.refused:
        return SubmissionStatus.REFUSED
    if any(open_items(report, item_ids)):
        return SubmissionStatus.FAULT
    if any(finding.level != Level.INFO for finding in report.findings):
        return SubmissionStatus.FINDINGS
    return SubmissionStatus.WAITING if report.awaiting_person else SubmissionStatus.COMPLETE


def refusal(report: Report) -> str:
    """Return the sentence that says why a refused submission was refused, cleaned for display."""
    return one_line(report.refused, SENTENCE_LIMIT)


def open_items(report: Report, item_ids: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield (item id, sentence) for each item that has no score because of a fault of ours."""
    for item in report.items:
        if item.score is None:
            yield item.id, fault_sentence(item)
    present = {item.id for item in report.items}
    yield from ((item_id, NO_RESULT) for item_id in item_ids if item_id not in present)


def fault_sentence(item: ItemResult) -> str:
    """Return what the grader said about its own fault in an item, on one line."""
    faults = (check for check in item.checks if check.verdict is Verdict.GRADER_FAULT and check.message)
    fault = next(faults, item.first_lost)
    return one_line(fault.seen or fault.sentence, SENTENCE_LIMIT) if fault is not None else NO_REASON


def sentence_and_seen(check: CheckResult) -> tuple[str, str]:
    """Return the two parts of what a check says: the true sentence about right code, and what was seen instead.

    Without a sentence, what was seen replaces it. Where to look ends the second part.
    """
    if not check.sentence:
        return one_line(check.seen, SENTENCE_LIMIT), ""
    seen = paragraph(check.seen, MESSAGE_LIMIT, MESSAGE_LINES)
    if check.where:
        seen = f"{seen.rstrip('.')}. {one_line(check.where, SENTENCE_LIMIT)}"
    return one_line(check.sentence, SENTENCE_LIMIT), seen


def reason(report: Report, headings: Mapping[str, str]) -> str:
    """Return one line that says what matters most about a submission; `headings` are of items, by id."""
    if report.refused:
        return f"refused: {refusal(report)}"
    fault = next(open_items(report), None)
    if fault:
        return f"grader fault in {one_line(headings.get(fault[0], fault[0]), NAME_LIMIT)}: {fault[1]}"
    lost = sorted(
        (item for item in report.items if (item.score or 0.0) < item.max),
        key=lambda item: (item.score or 0.0) - item.max,
    )
    warnings = [finding for finding in report.findings if finding.level != Level.INFO]
    if lost:
        return f"{one_line(headings.get(lost[0].id, lost[0].id), NAME_LIMIT)} {_loss(lost[0], len(lost) - 1)}"
    if warnings:
        return f"full points, but: {one_line(warnings[0].text, SENTENCE_LIMIT)}"
    return "full points"


def _loss(item: ItemResult, others: int) -> str:
    why, lost = item.verdict.value.replace("_", " "), item.first_lost
    if item.verdict is not Verdict.NOT_ATTEMPTED and lost is not None:
        has_own_sentence = lost.sentence and lost.sentence != ONE_REASON
        why = one_line(lost.sentence if has_own_sentence else lost.seen, SENTENCE_LIMIT) or why
    more = f" (and {others} more)" if others else ""
    return f"-{points(item.max - (item.score or 0.0))}{more}: {why}"
