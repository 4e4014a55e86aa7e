"""A student as every list of the class report names them: one name, one id, one link."""

import hashlib
import re
from dataclasses import dataclass

from ..lms.roster import Member
from ..model.plain_text import one_line
from ..model.submission_status import NAME_LIMIT

# A login is its own link: people can read it, and nothing in it means anything to HTML, an address or CSS. With a
# hyphen it may be what intake made of the name of a file, which is a stranger's text.
_READABLE = re.compile(r"[a-z0-9]+(?:[._][a-z0-9]+)*")
_LONGEST_READABLE = 40
# What may stand in a link that opens a letter: no second receiver, no subject, no text.
_MAILBOX = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LONGEST_MAILBOX = 120
_DIGEST = 20  # hexadecimal digits: two of a million ids are never equal


@dataclass(frozen=True)
class Person:
    """Name and id as they are shown; `key` is the part of every address that leads to this student."""

    key: str
    name: str  # of the roster, or else the id
    id: str  # beside the name; empty where the id is all that is known
    section: str = ""
    email: str = ""

    @property
    def anchor(self) -> str:
        """The id of the student's own section."""
        return f"student-{self.key}"

    @property
    def mailbox(self) -> str:
        """The e-mail address where a link may lead to it, or ""."""
        return self.email if len(self.email) <= _LONGEST_MAILBOX and _MAILBOX.fullmatch(self.email) else ""


def person_view(student: str, member: Member | None) -> Person:
    """Return how a student is shown; what the roster says of them is text of strangers, too."""
    own_id = one_line(student, NAME_LIMIT) or "(no name)"
    name = one_line(member.name, NAME_LIMIT) if member else ""
    more = (one_line(member.section, NAME_LIMIT), one_line(member.email, NAME_LIMIT)) if member else ()
    return Person(link_key(student), name or own_id, own_id if name else "", *more)


def link_key(student: str) -> str:
    """Return what names a student in links: the same after a regrade, and whoever else is in the class.

    It is the id where that is harmless. Any other id could be any text and any attribute, so its digest, after a
    hyphen with which no harmless id begins, takes its place.
    """
    if len(student) <= _LONGEST_READABLE and _READABLE.fullmatch(student):
        return student
    return "-" + hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
