"""One student as the page shows them, cleaned and bounded."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..handin.problems import Level
from ..model.assignment import Item
from ..model.plain_text import one_line, points, seconds
from ..model.report import Awaiting, CheckResult, Finding, ItemResult, Report, Verdict
from ..model.submission_status import (
    NAME_LIMIT,
    NO_RESULT,
    SENTENCE_LIMIT,
    SubmissionStatus,
    open_items,
    reason,
    sentence_and_seen,
    status_of,
    student_name,
)
from .class_figures import WHOLE, readable_name

FACT_LIMIT = 300
MOST_CHECKS, MOST_FINDINGS, MOST_FACTS = 80, 60, 20  # no honest report comes near; a page must stay a page

# Always a word with a sign, and colours that differ in lightness too: not everybody can distinguish red and green.
VERDICTS = {
    Verdict.PASSED: ("✓", "passed", "good"),
    Verdict.FAILED: ("✗", "failed", "lost"),
    Verdict.ERROR: ("!", "error", "lost"),
    Verdict.TIMEOUT: ("…", "timeout", "lost"),
    Verdict.MEMORY: ("▲", "memory", "lost"),
    Verdict.FORBIDDEN: ("⊘", "forbidden", "lost"),
    Verdict.NOT_ATTEMPTED: ("–", "not attempted", "blank"),
    Verdict.GRADER_FAULT: ("?", "grader fault", "fault"),
}


@dataclass(frozen=True)
class Cell:
    """One score in the table of students; `order` sorts it, `kind` is its style, `title` says what was lost."""

    text: str
    order: float
    kind: str
    title: str


@dataclass(frozen=True)
class CheckView:
    """One check that did not pass: its sentence about right code, and what was seen instead."""

    sign: str
    word: str
    kind: str
    sentence: str
    seen: str
    name: str = ""  # for the instructor alone


@dataclass(frozen=True)
class ItemView:
    """Items that lost points for one reason: what was lost, and the names of the checks that passed."""

    headings: tuple[tuple[str, str], ...]  # heading and id of each
    score: str
    sign: str
    word: str
    kind: str
    lost: tuple[CheckView, ...]
    passed: tuple[str, ...]


@dataclass(frozen=True)
class StudentView:
    """What the lists of the page say of one student."""

    anchor: str
    name: str
    total: str
    order: float
    status: SubmissionStatus
    possible: str
    why: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Section:
    """What a student's own section adds."""

    lost: tuple[ItemView, ...]  # those without full points, in the order of the homework
    full: tuple[tuple[str, str], ...]  # heading and points of the others
    awaiting: tuple[tuple[str, Awaiting], ...]  # heading of each item that a person marks
    findings: tuple[Finding, ...]  # that call for a person, errors first
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def anchor(position: int) -> str:
    """Return the id of a student's section; it counts, because a name could be any text and any attribute."""
    return f"student-{position + 1}"


def student_view(report: Report, position: int, auto_items: Sequence[Item]) -> StudentView:
    """Return what the lists say of the student with the report at that index."""
    ids = [item.id for item in auto_items]
    is_open = not report.refused and any(open_items(report, ids))
    results = {result.id: result for result in report.items}
    return StudentView(
        anchor=anchor(position),
        name=student_name(report),
        total=f"{points(report.total)} + ?" if is_open else points(report.total),
        order=report.total,
        status=status_of(report, ids),
        possible=points(sum(item.points for item in auto_items)),
        why=reason(report),
        cells=tuple(_cell(item, results.get(item.id)) for item in auto_items),
    )


def section(report: Report, items: Sequence[Item], info: Mapping[str, str]) -> Section:
    """Return a student's section; `items` are all items of the assignment, `info` facts about the submission."""
    headings = {item.id: item.heading for item in items}
    findings = [
        replace(finding, text=one_line(finding.text, 2 * SENTENCE_LIMIT)) for finding in report.findings[:MOST_FINDINGS]
    ]
    return Section(
        lost=tuple(_lost_items(report, headings)),
        full=tuple((_heading(item.id, headings), points(item.max)) for item in report.items if _is_full(item)),
        awaiting=tuple((_heading(entry.id, headings), entry) for entry in report.awaiting_person),
        findings=tuple(
            sorted((entry for entry in findings if entry.level != Level.INFO), key=lambda entry: entry.level)
        ),
        notes=tuple(entry.text for entry in findings if entry.level == Level.INFO),
        facts=tuple(_facts(report, info)),
    )


def total_seconds(report: Report) -> float:
    """Return the seconds that grading a submission took: the entry `total`, or the sum where there is none."""
    values = [value for value in report.timings_s.values() if math.isfinite(value)]
    return report.timings_s.get("total", sum(values))


def _cell(item: Item, result: ItemResult | None) -> Cell:
    """Return the cell of one item; a plain style for full points, so that the eye finds what was lost."""
    place = f"{item.heading}: "
    if result is None:
        return Cell("?", -2, "fault", place + NO_RESULT)
    if result.score is None:
        return Cell("?", -2, "fault", place + "grader fault")
    if result.verdict is Verdict.NOT_ATTEMPTED:
        return Cell("–", -1, "blank", place + "not attempted")
    if _is_full(result):
        return Cell(points(result.score), result.score, "full", "")
    kind = "part" if result.score > 0 else "none"
    lost = next((check for check in result.checks if check.message), None)
    title = f"{place}{points(result.score)} of {points(result.max)}"
    return Cell(points(result.score), result.score, kind, f"{title}. {sentence_and_seen(lost)[0]}" if lost else title)


def _is_full(result: ItemResult) -> bool:
    return result.score is not None and result.score >= result.max


def _heading(item_id: str, headings: Mapping[str, str]) -> str:
    return one_line(headings.get(item_id, item_id), SENTENCE_LIMIT)


def _lost_items(report: Report, headings: Mapping[str, str]) -> list[ItemView]:
    """Return what was lost; items that say the same, as those of a missing notebook do, say it once."""
    together: dict[object, list[ItemResult]] = {}
    for result in report.items:
        if not _is_full(result):
            told_alone = len(result.checks) == 1 and result.checks[0].verdict is not Verdict.PASSED
            together.setdefault(result.checks if told_alone else result.id, []).append(result)
    return [_item(results, headings) for results in together.values()]


def _item(results: Sequence[ItemResult], headings: Mapping[str, str]) -> ItemView:
    result = results[0]
    sign, word, kind = VERDICTS[result.verdict]
    checks = result.checks[:MOST_CHECKS]
    scores = [entry.score for entry in results if entry.score is not None]
    score = points(sum(scores)) if len(scores) == len(results) else "?"
    return ItemView(
        headings=tuple((_heading(entry.id, headings), one_line(entry.id, NAME_LIMIT)) for entry in results),
        score=f"{score} / {points(sum(entry.max for entry in results))}",
        sign=sign,
        word=word,
        kind=kind,
        lost=tuple(
            check_view(check, "" if check.name == WHOLE else one_line(check.name, NAME_LIMIT))
            for check in checks
            if check.verdict is not Verdict.PASSED
        ),
        passed=tuple(readable_name(check.name) for check in checks if check.verdict is Verdict.PASSED),
    )


def check_view(check: CheckResult, name: str = "") -> CheckView:
    """Return a check that did not pass."""
    return CheckView(*VERDICTS[check.verdict], *sentence_and_seen(check), name)


def _facts(report: Report, info: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return label and text of what is known besides the scores; never the seed, nor versions."""
    facts = [(one_line(label, NAME_LIMIT), one_line(text, FACT_LIMIT)) for label, text in info.items()]
    if report.timings_s:
        parts = [(name, value) for name, value in report.timings_s.items() if name != "total"][:MOST_FACTS]
        detail = [f"{one_line(name, NAME_LIMIT).replace('_', ' ')} {seconds(value)}" for name, value in parts]
        facts.append(("Time", seconds(total_seconds(report)) + (f" ({', '.join(detail)})" if detail else "")))
    if report.sandbox:
        facts.append(("Confinement", one_line(", ".join(report.sandbox), FACT_LIMIT)))
    return facts[:MOST_FACTS]
