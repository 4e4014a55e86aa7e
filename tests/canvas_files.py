"""A small Canvas: it names a bulk download, exports and imports a gradebook, and takes feedback back, as the real one.

After lib/content_zipper.rb, lib/gradebook_exporter.rb, lib/gradebook_importer.rb and
AbstractAssignment#infer_comment_context_from_filename of instructure/canvas-lms.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from handed_in import packed


@dataclass(frozen=True)
class User:
    """One student, the files of the latest submission by their number, and how Canvas lists them."""

    number: int
    sortable_name: str
    login: str = ""
    files: Mapping[int, tuple[str, bytes]] = field(default_factory=dict)
    late: bool = False
    text: bool = False  # typed into Canvas instead of a file
    anonymous_id: str = ""
    sections: str = "18739-A"


class Canvas:
    """A course with one assignment, `hw4 (4411)`, out of 100 points."""

    def __init__(self, *users: User, hidden_names: bool = False) -> None:
        self.users, self._hidden = users, hidden_names

    def entries(self) -> dict[str, bytes]:
        """Return the entries of the bulk download."""
        found: dict[str, bytes] = {}
        for user in self.users:
            stem = self._stem(user)
            if user.text:
                found[f"{stem}_text.html"] = b"<p>Here it is.</p>"
            for number, (name, data) in user.files.items():
                shown = re.sub(r'[\0/\\:*?"<>|]+', "_", name)
                found[f"{stem}_{number}_{shown}"] = data
        return found

    def download(self) -> bytes:
        """Return the bulk download."""
        return packed(self.entries())

    def _stem(self, user: User) -> str:
        """Return what stands before the number of the file."""
        name = None if self._hidden else re.sub(r"_(\d+)_", r"\1", user.sortable_name).lower()
        number = f"anon_{user.anonymous_id}" if self._hidden else str(user.number)
        whole = "_".join(part for part in (name, "LATE" if user.late else None, number) if part is not None)
        return re.sub(r"\W", "", whole)

    def gradebook(self, separator: str = ",", scores: Mapping[int, str] | None = None) -> bytes:
        """Return the exported gradebook."""
        columns = ["Student", "ID", "SIS Login ID", "Section", "hw3 (4410)", "hw4 (4411)", "Final Score"]
        rows = [columns, ["    Points Possible", "", "", "", "10.00", "100.00", "(read only)"]]
        for user in self.users:
            score = (scores or {}).get(user.number, "")
            rows.append([user.sortable_name, str(user.number), user.login, user.sections, "7.50", score, "75.00"])
        file = io.StringIO()
        csv.writer(file, delimiter=separator, lineterminator="\n").writerows(rows)
        return file.getvalue().encode()

    def taken_back(self, names: list[str]) -> tuple[dict[int, list[str]], list[str]]:
        """Return which file of an uploaded zip becomes a comment for whom, and which ones Canvas ignores."""
        taken: dict[int, list[str]] = {}
        ignored = []
        for name in names:
            user = self._reader(name)
            if user is None:
                ignored.append(name)
            else:
                taken.setdefault(user.number, []).append(name)
        return taken, ignored

    def _reader(self, name: str) -> User | None:
        parts = [part for part in name.split("_") if part != "LATE"]
        if parts[0] == "anon":
            user = next((user for user in self.users if user.anonymous_id == parts[1]), None)
            attachment = parts[2]
        else:
            numbers = [part for part in parts if re.fullmatch(r"[0-9]+", part)]
            user = next((user for user in self.users if numbers and user.number == int(numbers[0])), None)
            attachment = numbers[1] if len(numbers) > 1 else ""
        if parts[-1].startswith("link") or user is None or not attachment.isdigit():
            return None
        return user if int(attachment) in user.files else None
