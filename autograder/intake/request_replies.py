"""Regrade requests in students' replies: texts, web pages and mails with a short block that the feedback page offers.

    Regrade request
    Homework: ...
    Item: ...
    Reason: ...

Who asks is what the file says from outside: the sender of a mail, the user of a class download, the id that a file's
name begins with. What a student wrote inside never makes a request of another student's.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from ..handin.names import same_letters, shown
from ..handin.notebook_file import decode_text
from ..model.assignment import Assignment
from .asked_requests import MOST_LINES, Reading, quoted
from .class_lookup import ClassLookup

MOST_BYTES = 2 * 2**20  # of a reply; a mail may carry a picture
MOST_TEXT = 64 * 2**10  # characters of it that are read
MOST_HEADER = 500  # characters of a header of a mail
MOST_PARTS = 200  # lines of a mail that may begin a part: each costs a third of a millisecond, whatever is in it
MOST_HEADERS, MOST_MAIL_LINES = 500, 60_000  # lines; a mail of 2 MiB with a picture has 28,000
MOST_BLOCKS = 40  # in a reply: an item each
KINDS = (".txt", ".md", ".markdown", ".eml", ".html", ".htm")
_PART = re.compile(rb"(?:\A|[\r\n])(?:--|content-type[ \t]*:)", re.IGNORECASE)  # what may begin a part of a mail
_BEGIN = re.compile(r"^\W{0,9}regrade[ -]requests?\W{0,9}$", re.IGNORECASE)
_FIELD = re.compile(
    r"^[\s*_#-]{0,9}(homework|assignment|student|item|question|reason)[\s*_]{0,9}[:=](.*)$", re.IGNORECASE
)
_END = re.compile(r"^(?:-- ?|_{10,}|-{5,}.*|on .{4,200} wrote:|(?:from|sent|to|subject): .*)$", re.IGNORECASE)
_SAME = {"assignment": "homework", "question": "item"}


@dataclass
class _Block:
    fields: dict[str, list[str]] = field(default_factory=dict)

    def said(self, name: str) -> str:
        return "\n".join(self.fields.get(name, ())).strip().strip("*_").strip()

    @property
    def is_empty(self) -> bool:
        return not (self.said("item") or self.said("reason"))


@dataclass(frozen=True)
class Reply:
    """One file: its name, what is known of the sender from outside, and its content."""

    name: str
    data: bytes
    senders: frozenset[str] = frozenset()  # nobody: the file itself has to be a mail


def read_reply(reply: Reply, assignment: Assignment, lookup: ClassLookup) -> Reading:
    """Return the requests in a reply. Never raises for what it holds."""
    reading, source = Reading(), shown(reply.name)
    if len(reply.data) > MOST_BYTES:
        reading.problems.append(f"{source} is larger than {MOST_BYTES >> 20} MiB: copy its text into a file.")
        return reading
    senders, sent_at = reply.senders, None
    if reply.name.lower().endswith(".eml") and not _is_simple(reply.data):
        reading.problems.append(f"{source} has too many headers, parts or lines for a mail: copy its text into a file.")
        return reading
    if reply.name.lower().endswith(".eml"):
        text, address, sent_at = _mail(reply.data)
        senders = senders or lookup.by_address(address)
        unknown = f"nobody in the roster has the address {quoted(address)}" if address else "it names no one sender"
    else:
        text = _text(reply.data, reply.name)
        unknown = "its name does not begin with the id of a student"
    if len(senders) != 1:
        reading.problems.append(f"{source}: {unknown}; name the file after the student, as <id>.txt or <id>.eml.")
        return reading
    student = next(iter(senders))
    blocks = [block for block in _blocks(text) if not block.is_empty]
    if not blocks:
        reading.problems.append(
            f"{source}: no block in it has `Item:` and `Reason:` filled in; copy {student}'s request into a list."
        )
    for block in blocks[:MOST_BLOCKS]:
        _take(reading, block, student, source, sent_at, assignment, lookup)
    if len(blocks) > MOST_BLOCKS:
        reading.problems.append(f"{source} holds more than {MOST_BLOCKS} requests: the rest is not read.")
    return reading


def _take(
    reading: Reading, block: _Block, student: str, source: str, sent_at: datetime | None, assignment: Assignment,
    lookup: ClassLookup,
) -> None:  # fmt: skip
    homework, other = block.said("homework"), lookup.students(block.said("student"))
    known = {same_letters(text) for text in (assignment.name, assignment.title)}
    if homework and same_letters(homework) not in known:
        reading.problems.append(f"{source}: {student} asks about {quoted(homework)}, not about {assignment.name}.")
    elif other and student not in other:
        named = quoted(block.said("student"))
        reading.problems.append(f"{source}: {student} asks for another student, {named}; each asks alone.")
    elif not (items := lookup.items(block.said("item"))):
        item = quoted(block.said("item"))
        reading.problems.append(f"{source}: there is no item {item}; ask {student} which one it is.")
    else:
        reading.add(student, items, block.said("reason"), source, sent_at)


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the blocks of a text; lines that a mail program quotes (`>`) are of an earlier letter."""
    block, lines, open_field = _Block(), 0, ""
    for line in text.splitlines():
        if line.lstrip().startswith(">"):
            continue
        begins, match = bool(_BEGIN.match(line)), _FIELD.match(line)
        name = _SAME.get(match[1].lower(), match[1].lower()) if match else ""
        if begins or (match and name in block.fields and name != "reason"):
            yield block
            block, open_field = _Block(), ""
        if match and not (name == "reason" and "reason" in block.fields):
            block.fields[name] = [match[2].strip()]
            open_field, lines = (name if name == "reason" else ""), 0
        elif open_field and _END.match(line.strip()):
            open_field = ""
        elif open_field and lines < MOST_LINES:
            block.fields[open_field].append(line)
            lines += 1
    yield block


def _text(data: bytes, name: str) -> str:
    text, _ = decode_text(data)
    text = text[:MOST_TEXT]
    return _without_tags(text) if name.lower().endswith((".html", ".htm")) else text


class _ShortHeaders(EmailPolicy):
    """Reads no header that is longer than any honest one: the library takes minutes for a long list of addresses."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a header in its parts."""
        return super().header_fetch_parse(name, value if len(value) <= MOST_HEADER else "")


def _is_simple(data: bytes) -> bool:
    """Whether a mail has as many headers, parts and lines as people's mails have."""
    head = re.split(rb"\r\n\r\n|\n\n|\r\r", data, maxsplit=1)[0]
    return (
        len(head.splitlines()) <= MOST_HEADERS
        and len(data.splitlines()) <= MOST_MAIL_LINES
        and sum(1 for _ in _PART.finditer(data)) <= MOST_PARTS
    )


def _mail(data: bytes) -> tuple[str, str, datetime | None]:
    """Return the text of a mail, the address of its sender ("" without exactly one), and when it was sent."""
    text, address, sent_at = "", "", None
    with suppress(Exception):  # a stranger's mail: the parser raises what it likes for headers and encodings
        mail = message_from_bytes(data, policy=_ShortHeaders())
        assert isinstance(mail, EmailMessage)
        if sum(name.lower() == "from" for name, _ in mail.raw_items()) == 1:
            senders: Any = mail["From"]
            address = senders.addresses[0].addr_spec if len(senders.addresses) == 1 else ""
        sent_at = _time(str(mail.get("Date", "")))
        body = mail.get_body(("plain", "html"))
        if body is not None:
            said = str(body.get_content())[:MOST_TEXT]
            text = _without_tags(said) if body.get_content_subtype() == "html" else said
    return text, address, sent_at


def _time(text: str) -> datetime | None:
    """Return when a mail says that it was sent; None for a time that cannot be."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return when if datetime(2000, 1, 1, tzinfo=UTC) < when < datetime.now(UTC) else None


class _Words(HTMLParser):
    """The text of a web page, with the ends of its lines."""

    LINES = frozenset("br p div li tr h1 h2 h3 h4 h5 h6 blockquote pre".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.hidden += tag in ("script", "style")
        self.parts.append("\n" if tag in self.LINES else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in ("script", "style")))
        self.parts.append("\n" if tag in self.LINES else "")

    def handle_data(self, data: str) -> None:
        self.parts.append("" if self.hidden else data.replace("\xa0", " "))


def _without_tags(html: str) -> str:
    words = _Words()
    with suppress(Exception):  # what was read until then counts
        words.feed(html)
    return "".join(words.parts)
