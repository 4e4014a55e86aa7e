"""grades.csv: one row for each student, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from ..handin.problems import Level
from ..model.lateness import Lateness
from ..model.plain_text import one_line, points
from ..model.report import Report
from ..model.submission_status import NAME_LIMIT, open_items, status_of

FINDINGS_LIMIT = 300
_MOST_FINDINGS = 10

# Excel takes UTF-8 for the local 8-bit code page unless the file begins with this mark, and then a Müller is saved
# back as a MÃ¼ller. Numbers, LibreOffice, Google Sheets and pandas skip it; Python reads it with "utf-8-sig".
ENCODING = "utf-8-sig"

# A cell that begins so is run as a formula, in East Asian locales by the full-width forms too. A semicolon or a bar
# begins a new cell where a spreadsheet is set to that separator, quotes or not.
_FORMULA_START = re.compile(r"(^|[;|])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])")


def grades_csv(reports: Sequence[Report], item_ids: Sequence[str], late: Mapping[str, Lateness] | None = None) -> str:
    """Return the table as CSV text: scores are bare numbers, and empty where a fault of ours left them open.

    An open item empties the total as well, so that no sum passes for a grade. A refused submission has its zeros.
    Lateness has separate columns, "?" for an unknown number of days; no other column subtracts it.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    items = [safe_cell(item_id) for item_id in item_ids]
    writer.writerow(["student", "total", "max", *items, "days_late", "late_penalty", "status", "findings"])
    for report in reports:
        writer.writerow(_row(report, item_ids, (late or {}).get(report.student, Lateness())))
    return file.getvalue()


def safe_cell(text: str, limit: int = FINDINGS_LIMIT) -> str:
    """Return text that a spreadsheet shows and never runs: an apostrophe precedes what would be a formula."""
    return _FORMULA_START.sub(r"\1\2'", one_line(text, limit))


def _row(report: Report, item_ids: Sequence[str], late: Lateness) -> list[str]:
    scores = {item.id: item.score for item in report.items}
    is_open = not report.refused and any(open_items(report, item_ids))
    serious = [finding for finding in report.findings if finding.level != Level.INFO][:_MOST_FINDINGS]
    said = [("refused", report.refused)] if report.refused else []
    said += [(str(finding.level), finding.text) for finding in serious]
    findings = " / ".join(f"{level}: {one_line(text, FINDINGS_LIMIT)}" for level, text in said)
    return [
        safe_cell(report.student, NAME_LIMIT),
        "" if is_open else points(report.total),
        points(report.max),
        *(_score(scores.get(item_id)) for item_id in item_ids),
        "?" if late.days is None else str(late.days),
        "?" if late.is_open else points(late.points),
        status_of(report, item_ids).value,
        safe_cell(findings),
    ]


def _score(value: float | None) -> str:
    return "" if value is None else points(value)
