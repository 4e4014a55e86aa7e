"""What a student handed in for an item, as the student's page shows it: escaped, typeset, bounded in size and time."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ..formats.strict_markdown import strict_html
from ..formats.visible_text import visible
from ..handin.filled_sheet import is_empty
from ..marking.exhibits import Exhibit
from ..marking.student_answers import Answer, Status
from ..model.plain_text import one_line
from ..model.submission_status import SENTENCE_LIMIT
from .code_colours import coloured
from .typeset import NOTHING

MOST_TEXT, MOST_TEXT_LINES = 12_000, 300  # of an answer; the longest that is asked for has 1,200 characters
MOST_CODE, MOST_CODE_LINES = 10_000, 200  # of a cell; the longest function of the homework has 60 lines
MOST_PICTURES, MOST_PICTURE_BYTES = 24, 4_000_000  # of a page; a page of a PDF has 0.2 MB, a plot 0.06 MB

ReadPicture = Callable[[str], bytes | None]  # a JPEG of ours by its name


def no_picture(name: str) -> bytes | None:
    """Return nothing: there are no pictures."""
    return None


@dataclass(frozen=True)
class Shown:
    """A picture inside the page."""

    address: str  # with all its bytes
    alt: str
    width: int
    height: int
    title: str


@dataclass(frozen=True)
class Note:
    """A sentence on what is not shown here; it may end in a link to the item that shows it."""

    text: str
    at: str = ""  # the id of that item
    heading: str = ""


@dataclass(frozen=True)
class OwnWork:
    """What the student handed in for one item."""

    title: str = ""  # "Your answer" or "Your code"
    body: Markup = NOTHING
    cut: str = ""  # what is not shown here and where it is, in a sentence
    pictures: tuple[Shown, ...] = ()
    notes: tuple[Note, ...] = ()  # on pictures that are not shown

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.body or self.pictures or self.notes)


class Pictures:
    """The pictures of one page, each shown once, as many as the page has room for."""

    def __init__(self, answers: Mapping[str, Answer], read: ReadPicture) -> None:
        """Show none yet."""
        self._read = read
        self._bytes = self._count = 0
        self._home: dict[str, str] = {}  # the item that shows an exhibit, by the exhibit's id
        for item_id, answer in answers.items():
            for exhibit in answer.exhibits:
                if exhibit.pictures:
                    self._home.setdefault(exhibit.id, item_id)

    def note_on(self, exhibit_id: str, title: str, headings: Mapping[str, str]) -> list[Note]:
        """Return the sentence that says where an exhibit is shown, if it is."""
        home = self._home.get(exhibit_id)
        return [Note(f"{title} is shown at", home, headings[home])] if home else []

    def of(self, answer: Answer, headings: Mapping[str, str]) -> tuple[list[Shown], list[Note]]:
        """Return the pictures to show under an answer, and sentences on those that are not shown there."""
        shown, notes = [], []
        for exhibit in answer.exhibits:
            title = one_line(exhibit.title, SENTENCE_LIMIT)
            if exhibit.note:
                notes.append(Note(one_line(exhibit.note, SENTENCE_LIMIT)))
            if exhibit.pictures and self._home[exhibit.id] != answer.item:
                notes += self.note_on(exhibit.id, title, headings)
                continue
            found = [*self._shown(exhibit, title)]
            shown += found
            if left := len(exhibit.pictures) - len(found):
                notes.append(Note(f"{left} of {len(exhibit.pictures)} pictures of {title} are not shown here."))
        return shown, notes

    def _shown(self, exhibit: Exhibit, title: str) -> Iterator[Shown]:
        for picture in exhibit.pictures:
            data = self._read(picture.name)
            if data is None or self._count == MOST_PICTURES or self._bytes + len(data) > MOST_PICTURE_BYTES:
                continue
            self._count += 1
            self._bytes += len(data)
            address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
            alt = one_line(picture.alt, SENTENCE_LIMIT)
            yield Shown(address, alt, picture.width, picture.height, title)


def written_work(answer: Answer | None, file: str, pictures: Pictures, headings: Mapping[str, str]) -> OwnWork:
    """Return an answer in words with the pictures that belong to it.

    Args:
        answer: What was found; None where nothing is kept of the student.
        file: Where the whole of it stands.
        pictures: Those of the page.
        headings: The names of items by their ids.
    """
    if answer is None:
        return not_shown("Your answer", file)
    is_untouched = answer.status is not Status.WRITTEN and is_empty(answer.text)  # the sheet's block for a formula
    own = "" if is_untouched else answer.text.strip()
    text, cut = _cut(own, MOST_TEXT, MOST_TEXT_LINES, file)
    shown, notes = pictures.of(answer, headings)
    if not text and answer.status is Status.ELSEWHERE:
        notes.append(Note(f"No answer was found in its place in {file}."))
    body = strict_html(text) if text else Markup()
    return OwnWork("Your answer", body, cut, tuple(shown), tuple(notes))


def not_shown(what: str, file: str) -> OwnWork:
    """Return the sentence in the place of what cannot be read any more."""
    return OwnWork(notes=(Note(f"{what} is not shown here: it is in {file}, as you handed it in."),))


def code_work(code: str, file: str, notes: Iterable[Note]) -> OwnWork:
    """Return the cell of an item that checks grade."""
    text, cut = _cut(code.strip("\n"), MOST_CODE, MOST_CODE_LINES, file)
    return OwnWork("Your code", coloured(visible(text)) if text else Markup(), cut, notes=tuple(notes))


def _cut(text: str, most: int, most_lines: int, file: str) -> tuple[str, str]:
    """Return the beginning of a text, and the sentence that says that it is no more than that."""
    lines = text[: most + 1].split("\n", most_lines)
    start = "\n".join(lines[:most_lines])[:most]
    if len(start) == len(text):
        return text, ""
    return start.rstrip(), f"Only the beginning is shown here; the whole is in {file}, as you handed it in."
