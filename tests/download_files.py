"""Class downloads of learning management systems, built as the systems name them, and the lists of a class they export.

Moodle: mod/assign/classes/downloader.php and mod/assign/feedback/offline. Blackboard: what "Assignment File Download"
gives. Brightspace: the folders of "Download". Gradescope: "Export Submissions".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handed_in import packed

TIME = datetime(2024, 3, 1, 12, 30)


@dataclass(frozen=True)
class Sent:
    """What one student of a class sent at one time."""

    login: str
    first: str
    last: str
    number: int
    files: Mapping[str, bytes]
    at: datetime = TIME
    text: bool = False  # typed into the system, beside the files
    others: Sequence[Sent] = field(default=())  # who handed it in together with this one

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


def moodle(*sent: Sent, flat: bool = False, older: bool = False) -> dict[str, bytes]:
    found = {}
    for entry in sent:
        name = re.sub(r"[&<>\"`|':\\/]", "", entry.name.replace("_", " "))  # clean_filename
        prefix = f"{name}_{entry.number}_assignsubmission_"
        for file, data in entry.files.items():
            found[f"{prefix}file_{file}" if flat else f"{prefix}file{'_' * older}/{file}"] = data
        if entry.text:
            path = "onlinetext_onlinetext.html" if flat else f"onlinetext{'_' * older}/onlinetext.html"
            found[prefix + path] = b"<p>Here it is.</p>"
    return found


def blackboard(*sent: Sent, title: str = "HW 4", with_texts: bool = True) -> dict[str, bytes]:
    found = {}
    for entry in sent:
        stem = f"{title}_{entry.login}_attempt_{entry.at:%Y-%m-%d-%H-%M-%S}"
        said = "<p>Here it is.</p>" if entry.text else "There is no student submission text data for this assignment."
        text = f"Name: {entry.name} ({entry.login})\nAssignment: {title}\n"
        text += f"Date Submitted: {entry.at:%A, %B %d, %Y %I:%M:%S %p} EST\nCurrent Grade: Needs Grading\n\n"
        text += f"Submission Field:\n{said}\n\nComments:\nName: Somebody Else (else)\n\nFiles:\n"
        for file, data in entry.files.items():
            found[f"{stem}_{file}"] = data
            text += f"\tOriginal filename: {file}\n\tFilename: {stem}_{file}\n\n"
        if with_texts:
            found[f"{stem}.txt"] = text.encode()
    return found


def brightspace(*sent: Sent, flat: bool = False, form: str = "%b %d, %Y %I%M %p") -> dict[str, bytes]:
    found = {"index.html": b"<html><body>Dropbox</body></html>"}
    for entry in sent:
        stem = f"{entry.number}-70001 - {entry.name} - {entry.at.strftime(form)}"
        for file, data in entry.files.items():
            found[f"{stem} - {file}" if flat else f"{stem}/{file}"] = data
    return found


def gradescope(*sent: Sent, folder: str = "assignment_77_export") -> dict[str, bytes]:
    lines, found = ["---"], {}
    for entry in sent:
        lines.append(f"submission_{entry.number}:")
        lines.append("  :submitters:")
        for person in (entry, *entry.others):
            email = f"{person.login}@example.edu"
            lines += [f"  - :name: {person.name!r}", f"    :sid: '{person.number}'", f"    :email: {email}"]
        lines += [f"  :created_at: {entry.at:%Y-%m-%d %H:%M:%S}.155551000 -05:00", "  :score: 0.0"]
        lines += ["  :status: processed", "  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess {a: 1}"]
        for file, data in entry.files.items():
            found[f"{folder}/submission_{entry.number}/{file}"] = data
    found[f"{folder}/submission_metadata.yml"] = "\n".join(lines).encode()
    return found


def table(header: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows([header, *rows])
    return file.getvalue().encode()


def moodle_worksheet(*people: Sent) -> bytes:
    header = ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Last modified (submission)"]
    rows = []
    for p in people:
        late = p.at > TIME and " - 2 days late"
        said = [f"Submitted for grading{late or ''}", "", f"{p.at:%A, %-d %B %Y, %I:%M %p}"]
        rows.append([f"Participant {p.number}", p.name, f"s{p.number}", f"{p.login}@example.edu", *said])
    return b"\xef\xbb\xbf" + table(header, rows)


def moodle_participants(*people: Sent) -> bytes:
    header = ["First name", "Last name", "Email address", "Groups"]
    return table(header, [[p.first, p.last, f"{p.login}@example.edu", ""] for p in people])


def blackboard_grades(*people: Sent) -> bytes:
    header = ["Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"]
    rows = [[p.last, p.first, p.login, f"s{p.number}", "", "Yes"] for p in people]
    rows.append(["Preview", "Ann", "teach_previewuser", "", "", "Yes"])
    return table(header, rows, "\t").decode().encode("utf-16")


def brightspace_grades(*people: Sent) -> bytes:
    header = ["OrgDefinedId", "Username", "Last Name", "First Name", "Email", "End-of-Line Indicator"]
    rows = [[f"#s{p.number}", f"#{p.login}", p.last, p.first, f"{p.login}@example.edu", "#"] for p in people]
    return table(header, rows)


def gradescope_roster(*people: Sent) -> bytes:
    header = ["First Name", "Last Name", "SID", "Email", "Role", "Section"]
    rows = [[p.first, p.last, str(p.number), f"{p.login}@example.edu", "Student", ""] for p in people]
    rows.append(["Tea", "Cher", "", "tea@example.edu", "Instructor", ""])
    return table(header, rows)


def zipped(files: Mapping[str, bytes]) -> bytes:
    return packed(files)
