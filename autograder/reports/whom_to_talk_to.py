"""Whom an instructor may want to talk to, with plain reasons: hints, which say nothing about why."""

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..handin.problems import Level
from ..model.assignment import Assignment, Item
from ..model.plain_text import one_line, points
from ..model.report import Report
from ..model.submission_status import SENTENCE_LIMIT, by_student, refusal
from .class_scores import Outcome, Part, StudentScores

_LOW = 0.6  # of the median of the class: of 300 students about the lowest seven
_WEAK = 0.5  # of the median of a half, for a half that is far from the other
_FAR_APART = 0.4  # of the points of a half: so much further apart than usual in this class
_SMALLEST_HALF = 5.0  # points: in a smaller half one slip is far apart
_HALVES = {Part.CHECKS: "checks", Part.PERSON: "marked by people"}


@dataclass(frozen=True)
class Talk:
    """One student, and the sentences that say why."""

    student: str
    reasons: tuple[str, ...]


def whom_to_talk_to(
    reports: Sequence[Report], scores: Sequence[StudentScores], assignment: Assignment
) -> list[Talk]:  # fmt: skip
    """Return the students with a reason to talk to: who has the smallest share of the points first."""
    known = {student.student: student for student in scores}
    reasons_of = _Reasons(scores, assignment)
    found = []
    for report in by_student(reports):
        own = known.get(report.student)
        reasons = list(reasons_of(own)) if own else [f"refused: {refusal(report)}"]
        if reasons:
            found.append(Talk(report.student, (*reasons, *_first_error(report))))
    earned = {student: _earned_share(own, assignment.items) for student, own in known.items()}
    return sorted(found, key=lambda talk: earned.get(talk.student, 0.0))


def _first_error(report: Report) -> Iterator[str]:
    """Yield what is badly wrong with a submission, such as a missing file: it may explain the numbers."""
    texts = (one_line(finding.text, SENTENCE_LIMIT) for finding in report.findings if finding.level == Level.ERROR)
    yield from itertools.islice(texts, 1)


def _earned_share(student: StudentScores, items: Sequence[Item]) -> float:
    """Return the share of the points of what has a score already."""
    known = [item for item in items if student.items[item.id].score is not None]
    possible = sum(item.points for item in known)
    return (student.total(known) or 0.0) / possible if possible else 0.0


class _Reasons:
    """Gives the reasons for a talk with one student, beside what is usual in the class."""

    def __init__(self, scores: Sequence[StudentScores], assignment: Assignment) -> None:
        self._parts = _parts(assignment)
        self._halves = {part: part.items(assignment) for part in _HALVES}
        self._possible = {part: sum(item.points for item in items) for part, items in self._halves.items()}
        self._all, self._points = assignment.items, assignment.points
        self._medians = {part: _median([self._share(student, part) for student in scores]) for part in _HALVES}
        self._median = _median([student.total(self._all) for student in scores])
        self._gap = _median([self._difference(student) for student in scores])

    def __call__(self, student: StudentScores) -> Iterator[str]:
        yield from self._low(student)
        untouched = [
            title
            for title, items in self._parts
            if all(outcome is Outcome.NOT_ATTEMPTED for outcome in student.outcomes(items))
        ]
        if untouched:
            yield f"nothing attempted in {', '.join(f'“{title}”' for title in untouched)}"
        elif self._has_a_weak_half(student):
            checks, person = (f"{self._share(student, part):.0%}" for part in _HALVES)
            usual = " and ".join(f"{self._medians[part]:.0%}" for part in _HALVES)
            yield f"checks {checks}, marked by people {person} (medians {usual})"

    def _has_a_weak_half(self, student: StudentScores) -> bool:
        """Whether the halves are much further apart than usual, because one of them has few points."""
        own = self._difference(student)
        if own is None or self._gap is None or abs(own - self._gap) < _FAR_APART:
            return False
        weak = Part.CHECKS if own < self._gap else Part.PERSON
        return (self._share(student, weak) or 0.0) < _WEAK * (self._medians[weak] or 0.0)

    def _low(self, student: StudentScores) -> Iterator[str]:
        """Yield that a student has few points: of all, or as long as nobody knows these, of one half."""
        total = student.total(self._all)
        if total is not None and self._median is not None:
            if total < _LOW * self._median:
                yield f"{_short(total)} of {points(self._points)} points (median {_short(self._median)})"
            return
        for part, name in _HALVES.items():
            share, usual = self._share(student, part), self._medians[part]
            if share is not None and usual is not None and share < _LOW * usual:
                yield f"{name} {share:.0%} (median {usual:.0%})"

    def _share(self, student: StudentScores, part: Part) -> float | None:
        total = student.total(self._halves[part]) if self._halves[part] else None
        return None if total is None or not self._possible[part] else total / self._possible[part]

    def _difference(self, student: StudentScores) -> float | None:
        if min(self._possible.values()) < _SMALLEST_HALF:
            return None
        checks, person = (self._share(student, part) for part in _HALVES)
        return None if checks is None or person is None else checks - person


def _parts(assignment: Assignment) -> list[tuple[str, list[Item]]]:
    """Return the items of each notebook and sheet, after the name that people read."""
    parts: dict[str, list[Item]] = {}
    for item in assignment.items:
        parts.setdefault(item.notebook, []).append(item)
    return [(assignment.title_of(name), items) for name, items in parts.items()]


def _short(value: float) -> str:
    return points(round(value, 1))


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
