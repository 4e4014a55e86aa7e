"""A student's own section of the class report: where points were lost, and why; cleaned and bounded."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..gradebook.given_ticks import ItemTicks
from ..gradebook.marks import Mark, StudentMarks, all_marks
from ..handin.problems import Level
from ..model.assignment import Assignment, Item
from ..model.plain_text import one_line, points, seconds
from ..model.report import Awaiting, Finding, ItemResult, Report, Verdict
from ..model.submission_status import NAME_LIMIT, SENTENCE_LIMIT
from .class_scores import known_score
from .losses import WHOLE, readable_name
from .student_view import VERDICTS, CheckView, check_view
from .written_points import WrittenPoints, written_points

FACT_LIMIT = 300
MOST_CHECKS, MOST_FINDINGS, MOST_FACTS = 80, 60, 20  # no honest report comes near; a page must stay a page


@dataclass(frozen=True)
class ItemView:
    """Items that lost points for one reason: what was lost, and the names of the checks that passed."""

    headings: tuple[str, ...]
    score: str
    sign: str
    word: str
    kind: str
    lost: tuple[CheckView, ...] = ()
    passed: tuple[str, ...] = ()
    written: WrittenPoints | None = None  # of an item that a person marked


@dataclass(frozen=True)
class Half:
    """The items that checks grade, or those that people mark."""

    lost: tuple[ItemView, ...]  # those without full points, in the order of the homework
    full: tuple[tuple[str, str], ...]  # heading and points of the others
    waiting: tuple[tuple[str, Awaiting], ...]  # heading of each item that nobody has marked


@dataclass(frozen=True)
class Section:
    """What a student's own section adds to the lists."""

    checks: Half
    people: Half
    findings: tuple[Finding, ...]  # that call for a person, errors first
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Known:
    """What is known of a student besides the report."""

    marks: StudentMarks
    ticks: Mapping[str, ItemTicks] = field(default_factory=dict)  # of everybody, by item
    facts: Mapping[str, str] = field(default_factory=dict)


def section(report: Report, assignment: Assignment, known: Known) -> Section:
    """Return a student's section."""
    headings = assignment.headings
    findings = [
        replace(finding, text=one_line(finding.text, 2 * SENTENCE_LIMIT)) for finding in report.findings[:MOST_FINDINGS]
    ]
    marks = {item.id: mark for item, mark in all_marks(report, known.marks, assignment)}
    return Section(
        checks=_checked(report, marks, headings),
        people=_marked(report, assignment.person_items, marks, known.ticks),
        findings=tuple(
            sorted((entry for entry in findings if entry.level != Level.INFO), key=lambda entry: entry.level)
        ),
        notes=tuple(entry.text for entry in findings if entry.level == Level.INFO),
        facts=tuple(_facts(report, known.facts)),
    )


def total_seconds(report: Report) -> float:
    """Return the seconds that grading a submission took: the entry `total`, or the sum where there is none."""
    values = [value for value in report.timings_s.values() if math.isfinite(value)]
    return report.timings_s.get("total", sum(values))


def _checked(report: Report, marks: Mapping[str, Mark], headings: Mapping[str, str]) -> Half:
    """Return the items of the report; those that say the same, as of a missing notebook, say it once."""
    together: dict[object, list[ItemResult]] = {}
    full = []
    for result in report.items:
        score = _counts(result, marks)
        if score is not None and score >= result.max:
            full.append((_heading(result.id, headings), points(score)))
        else:
            told_alone = len(result.checks) == 1 and result.checks[0].verdict is not Verdict.PASSED
            together.setdefault(result.checks if told_alone else result.id, []).append(result)
    lost = tuple(_item(results, marks, headings) for results in together.values())
    return Half(lost, tuple(full), ())


def _counts(result: ItemResult, marks: Mapping[str, Mark]) -> float | None:
    """Return the score of an item: that of the gradebook, where a person may have changed it, or the report's."""
    mark = marks.get(result.id)
    known = known_score(mark) if mark is not None else None
    return result.score if known is None else known


def _heading(item_id: str, headings: Mapping[str, str]) -> str:
    return one_line(headings.get(item_id, item_id), SENTENCE_LIMIT)


def _item(results: Sequence[ItemResult], marks: Mapping[str, Mark], headings: Mapping[str, str]) -> ItemView:
    result = results[0]
    sign, word, kind = VERDICTS[result.verdict]
    checks = result.checks[:MOST_CHECKS]
    scores = [score for entry in results if (score := _counts(entry, marks)) is not None]
    earned = points(sum(scores)) if len(scores) == len(results) else "?"
    return ItemView(
        headings=tuple(_heading(entry.id, headings) for entry in results),
        score=f"{earned} / {points(sum(entry.max for entry in results))}",
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


def _marked(
    report: Report, items: Iterable[Item], marks: Mapping[str, Mark], ticks: Mapping[str, ItemTicks]
) -> Half:  # fmt: skip
    """Return what people marked, and what waits for them."""
    headings = {item.id: item.heading for item in items}
    lost, full = [], []
    for item in items:
        mark = marks[item.id]
        score = known_score(mark)
        if report.refused or score is None:
            continue
        if score >= item.points:
            full.append((item.heading, points(score)))
        else:
            sign, kind = ("✗", "lost") if score == 0 else ("◐", "lost")
            got = f"{points(score)} / {points(item.points)}"
            written = written_points(ticks.get(item.id), report.student, mark)
            lost.append(ItemView((item.heading,), got, sign, "", kind, written=written))
    waiting = tuple((_heading(entry.id, headings), entry) for entry in report.awaiting_person)
    return Half(tuple(lost), tuple(full), waiting)


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
