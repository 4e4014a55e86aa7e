"""What an entry of a class download says: who sent it, when, and what the student called it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

CANVAS = "Canvas"


@dataclass(frozen=True)
class Entry:
    """A file or folder of a class download, taken apart; `user` is what no student can choose."""

    entry: str  # as in the download
    name: str  # what the system calls the sender: a student or a group; empty or a stand-in when names are hidden
    user: str  # the system's key of the sender: Canvas's number or mark, or `moodle:123`, `blackboard:ann`
    late: bool
    sequence: int  # grows with time; 0 where nothing tells
    file: str  # as the student named it; of a folder of files it is empty
    system: str = CANVAS
    submitted_at: datetime | None = None  # without a zone where the system gives none
    own_id: str = ""
    login: str = ""  # of the sender, where the system tells it
    is_hidden: bool = False  # the system hides who the student is
    is_text: bool = False  # typed into the system in place of a file
    is_trial: bool = False  # the instructor's own, as a student made for trying things out
    is_last_only: bool = False  # a later one of this sender replaces it as a whole
    members: tuple["Entry", ...] = ()  # where the system itself names several senders: one for each

    @property
    def student(self) -> str:
        """A student id made of what the system says alone."""
        return self.own_id


@dataclass(frozen=True)
class Download:
    """A class download of one system: tells of each file and folder in it whose it is."""

    system: str
    entry_of: Callable[[str], Entry | None]  # None for what is not a submission, as an index


def kind_of(user: str) -> str:
    """Return what keys must have in common to be compared: numbers say nothing of marks, or of another system's keys.

    Canvas's own keys have no prefix, because earlier versions stored them so.
    """
    system, colon, _ = user.partition(":")
    return system if colon else ("number" if user.isdigit() else "mark")
