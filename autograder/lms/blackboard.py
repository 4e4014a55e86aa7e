"""How Blackboard names what *Assignment File Download* gives: `HW4_ann_attempt_2024-03-01-12-30-00_ann_HW4.zip`.

Each attempt has a text file of the same name up to the time, whose first lines say who sent it and when. Only by it is
an underscore in a user name told from one in the title of the assignment; and no student of another system can make
one, because there the name of each file begins with something of its own.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ..handin.names import safe_id
from .entries import Entry

SYSTEM = "Blackboard"
MAX_ENTRY_CHARS = 512
MAX_TEXT = 4096  # bytes of the text file that are read: what counts stands in the first three lines
_ENTRY = re.compile(
    r"(?P<stem>(?P<title>[^/\\]*?)_(?P<user>[^/\\_]+)_attempt_(?P<date>[0-9]{4}(?:-[0-9]{2}){5}))"
    r"(?P<rest>\.txt|_(?P<file>[^/\\]+))",
    re.DOTALL,
)
_NAME = re.compile(r"Name:\s*(?P<name>.*?)\s*\((?P<user>[^()]+)\)\s*")
_SUBMITTED = "Date Submitted:"
_TRIAL = "_previewuser"  # what the user name of the instructor's own student ends in


@dataclass(frozen=True)
class _Attempt:
    user: str
    name: str
    late: bool


class Attempts:
    """The attempts in a download, by the names of its files."""

    def __init__(self, names: Iterable[str], text_of: Callable[[str], str]) -> None:
        """Read the text files of the attempts; `text_of` returns the beginning of one."""
        parts = {name: match for name in names if (match := _match(name))}
        texts = {match["stem"]: name for name, match in parts.items() if match["rest"] == ".txt"}
        self._with_files = {match["stem"] for match in parts.values() if match["file"]}
        self._attempts = {stem: _attempt(stem, text_of(name)) for stem, name in texts.items()}

    @property
    def described(self) -> int:
        """How many attempts have their text file."""
        return sum(attempt is not None for attempt in self._attempts.values())

    def entry_of(self, name: str) -> Entry | None:
        """Return what a file is; of an attempt without files its text file stands for what was typed."""
        match = _match(name)
        if match is None or (not match["file"] and match["stem"] in self._with_files):
            return None
        attempt = self._attempts.get(match["stem"]) or _Attempt(match["user"], "", False)
        user = attempt.user.lower()
        return Entry(
            entry=name, name=attempt.name, user=f"blackboard:{user}", late=attempt.late,
            sequence=int(match["date"].replace("-", "")), file=match["file"] or "", system=SYSTEM,
            submitted_at=_time(match["date"]), own_id=safe_id(user), login=user, is_text=not match["file"],
            is_trial=user.endswith(_TRIAL), is_last_only=True,
        )  # fmt: skip


def _match(name: str) -> re.Match[str] | None:
    return _ENTRY.fullmatch(name) if len(name) <= MAX_ENTRY_CHARS else None


def _attempt(stem: str, text: str) -> _Attempt | None:
    """Return what a text file says of its attempt; None where it is not one of Blackboard's."""
    lines = text.lstrip("\ufeff").splitlines()[:5]  # what follows is the student's own text
    found = _NAME.fullmatch(lines[0]) if lines else None
    if found is None or f"_{found['user']}_attempt_".lower() not in f"{stem}_".lower():
        return None
    is_late = any(line.startswith(_SUBMITTED) and re.search(r"\blate\b", line, re.IGNORECASE) for line in lines)
    return _Attempt(found["user"], found["name"], is_late)


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
