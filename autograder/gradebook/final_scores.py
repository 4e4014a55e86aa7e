"""The final score of each student: points of checks and of people, the late penalty, and what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model.assignment import Assignment
from ..model.final_score import FinalScore
from ..model.report import Report
from .marks import StudentMarks, tally


def final_scores(
    reports: Iterable[Report], marks: Mapping[str, StudentMarks], assignment: Assignment,
    canvas_users: Mapping[str, str],
) -> list[FinalScore]:  # fmt: skip
    """Return what everybody with a report has; `canvas_users` by student for those that came from Canvas."""
    scores = []
    for report in reports:
        given = marks.get(report.student, StudentMarks({}))
        whole = tally(report, given, assignment)
        scores.append(
            FinalScore(
                report.student, whole.earned, given.penalty, whole.unmarked, whole.faults,
                bool(report.refused), given.late_unknown, canvas_users.get(report.student, ""),
            )
        )  # fmt: skip
    return scores
