"""regrade_requests.csv: one row for each request with its answer, for mail merge, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from ..formats.whole_files import write_whole
from ..gradebook.regrade_requests import RegradeRequest, RequestsByItem
from ..lms.roster import Member
from ..model.assignment import Assignment
from ..model.plain_text import points
from ..model.submission_status import NAME_LIMIT
from .grades_csv import ENCODING, safe_cell

NAME = "regrade_requests.csv"
LONGEST = 4000  # characters of a reason or a reply
COLUMNS = ("student", "name", "email", "item", "title", "request", "before", "after", "reply", "status", "answered")


def write_regrade_csv(
    requests: Mapping[str, RequestsByItem], assignment: Assignment, people: Mapping[str, Member], folder: Path
) -> Path | None:  # fmt: skip
    """Write the table into the folder of the report, and return where; None where nobody asked."""
    if not requests:
        return None
    path = folder / NAME
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, regrade_csv(requests, assignment, people), encoding=ENCODING)
    return path


def regrade_csv(
    requests: Mapping[str, RequestsByItem], assignment: Assignment, people: Mapping[str, Member]
) -> str:  # fmt: skip
    """Return the table as CSV text; a request that waits has no reply and no points behind it yet."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for student, items in sorted(requests.items()):
        person = people.get(student, Member(student, ""))
        who = [safe_cell(text, NAME_LIMIT) for text in (student, person.name, person.email)]
        for item in assignment.items:
            for request in items.get(item.id, ()):
                writer.writerow([*who, safe_cell(item.id), safe_cell(item.heading), *_row(request)])
    return file.getvalue()


def _row(request: RegradeRequest) -> list[str]:
    before = "" if request.before is None else points(request.before)
    if request.answered_at is None:
        return [safe_cell(request.reason, LONGEST), before, "", "", "open", ""]
    after = "" if request.after is None else points(request.after)
    day = request.answered_at.astimezone().date().isoformat()
    return [safe_cell(request.reason, LONGEST), before, after, safe_cell(request.reply, LONGEST), "answered", day]
