"""grades.csv: one row for each student, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from ..gradebook.marks import StudentMarks, all_marks
from ..handin.problems import Level
from ..lms.roster import Member
from ..model.assignment import Assignment, GradedBy, Item
from ..model.lateness import Lateness
from ..model.plain_text import one_line, points
from ..model.report import Report
from ..model.submission_status import NAME_LIMIT, status_of
from .class_scores import known_score

FINDINGS_LIMIT = 300
_LAST_COLUMNS = ("total", "possible", "days_late", "late_penalty", "status", "findings")
_MOST_FINDINGS = 10

# Excel takes UTF-8 for the local 8-bit code page unless the file begins with this mark, and then a Müller is saved
# back as a MÃ¼ller. Numbers, LibreOffice, Google Sheets and pandas skip it; Python reads it with "utf-8-sig".
ENCODING = "utf-8-sig"

# A cell that begins so is run as a formula, in East Asian locales by the full-width forms too. A semicolon or a bar
# begins a new cell where a spreadsheet is set to that separator, quotes or not.
_FORMULA_START = re.compile(r"(^|[;|])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])")


def grades_csv(
    reports: Sequence[Report], assignment: Assignment, marks: Mapping[str, StudentMarks] | None = None, *,
    late: Mapping[str, Lateness] | None = None, people: Mapping[str, Member] | None = None,
) -> str:  # fmt: skip
    """Return the table as CSV text: scores are bare numbers, and empty where nobody has given one yet.

    The total is that of the numbers in the row, and `possible` what these items are worth, so that no sum of a part
    passes for a grade; a fault of ours empties the total. A refused submission has its zeros.
    Lateness has separate columns, "?" for an unknown number of days; no other column subtracts it. What an extension or
    free late days cover stands among the findings.

    `marks`, `late` and `people` are by student.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    items = [safe_cell(item.id) for item in assignment.items]
    writer.writerow(["student", "name", "section", *items, *_LAST_COLUMNS])
    for report in reports:
        person = (people or {}).get(report.student, Member(report.student, ""))
        given = (marks or {}).get(report.student, StudentMarks({}))
        who = [safe_cell(text, NAME_LIMIT) for text in (report.student, person.name, person.section)]
        lateness = (late or {}).get(report.student, Lateness())
        writer.writerow([*who, *_scores(report, given, assignment), *_remarks(report, assignment, lateness)])
    return file.getvalue()


def safe_cell(text: str, limit: int = FINDINGS_LIMIT) -> str:
    """Return text that a spreadsheet shows and never runs: an apostrophe precedes what would be a formula."""
    return _FORMULA_START.sub(r"\1\2'", one_line(text, limit))


def _scores(report: Report, marks: StudentMarks, assignment: Assignment) -> list[str]:
    """Return the score of each item, the total, and the points possible."""
    scores: dict[Item, float | None] = {}
    has_fault = False
    for item, mark in all_marks(report, marks, assignment):
        scores[item] = 0.0 if report.refused and mark.score is None else known_score(mark)
        has_fault = has_fault or (item.graded_by == GradedBy.CHECKS and mark.score is None and not report.refused)
    known = {item: score for item, score in scores.items() if score is not None}
    total = "" if has_fault else points(sum(known.values()))
    cells = ["" if score is None else points(score) for score in scores.values()]
    return [*cells, total, points(sum(item.points for item in known))]


def _remarks(report: Report, assignment: Assignment, late: Lateness) -> list[str]:
    serious = [finding for finding in report.findings if finding.level != Level.INFO][:_MOST_FINDINGS]
    said = [("refused", report.refused)] if report.refused else []
    said += [("lateness", late.words)] if late.is_covered else []
    said += [(str(finding.level), finding.text) for finding in serious]
    findings = " / ".join(f"{level}: {one_line(text, FINDINGS_LIMIT)}" for level, text in said)
    return [
        "?" if late.days is None else str(late.days),
        "?" if late.is_open else points(late.points),
        status_of(report, [item.id for item in assignment.auto_items]).value,
        safe_cell(findings),
    ]
