"""The class as a plain table: what `autograder grade` and `autograder demo` print when they end."""

import unicodedata
from collections.abc import Iterable

from ..model.plain_text import points
from ..model.report import Report
from ..model.submission_status import by_student, open_items, reason, student_name

WIDTH = 110
STUDENT_WIDTH = 24
_GAP = "  "


def format_table(reports: Iterable[Report]) -> str:
    """Return the table of students, points and one line of reason, at most 110 columns wide, sorted by student."""
    rows = [("student", "points", "why")]
    rows += [(student_name(report), _points(report), reason(report)) for report in by_student(reports)]
    rows = [(fit(student, STUDENT_WIDTH), earned, why) for student, earned, why in rows]
    student_width = max(display_width(student) for student, _, _ in rows)
    points_width = max(len(earned) for _, earned, _ in rows)
    why_width = WIDTH - student_width - points_width - 2 * len(_GAP)
    lines = []
    for student, earned, why in rows:
        padding = " " * (student_width - display_width(student))
        lines.append(f"{student}{padding}{_GAP}{earned:>{points_width}}{_GAP}{fit(why, why_width)}".rstrip())
    return "\n".join(lines)


def display_width(text: str) -> int:
    """Return how many columns a terminal uses for cleaned text: two for East Asian wide, none for stacked marks."""
    return sum(map(_char_width, text))


def fit(text: str, columns: int) -> str:
    """Return the text, cut with an ellipsis if it needs more than so many columns."""
    if display_width(text) <= columns:
        return text
    kept, used = [], 0
    for char in text:
        used += _char_width(char)
        if used > columns - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _points(report: Report) -> str:
    if not report.refused and any(open_items(report)):
        return f"? / {points(report.max)}"
    return f"{points(report.total)} / {points(report.max)}"
