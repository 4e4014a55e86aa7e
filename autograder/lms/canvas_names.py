"""How Canvas names the files of its bulk download, and what student id such a name gives."""

import re
from dataclasses import dataclass

from ..handin.names import MAX_ID, ascii_form, same_letters
from .entries import CANVAS, Entry

MAX_ENTRY_CHARS = 512  # Canvas shortens nothing: a name and a file name may have 255 characters each
TEST_STUDENT = frozenset({"studenttest", "teststudent"})  # Canvas's own name for the student of the "student view"
HIDDEN = "anon_"  # what Canvas puts before the mark of a student whose name it hides
CANVAS_NAME = r"(?P<name>[^\s./\\-]*?)(?P<late>_LATE)?_(?P<user>[0-9]{1,20})"
CANVAS_UPLOAD = re.compile(CANVAS_NAME + r"_(?P<attachment>[0-9]{1,20})_(?P<file>.+)", re.DOTALL)
CANVAS_TEXT = re.compile(CANVAS_NAME + r"_(?P<file>(?:text|link)\.html)")
CANVAS_NUMBERS = re.compile(  # wherever they can begin; what follows is told by a look ahead, so that matches overlap
    r"(?<=_)(?=([0-9]{1,20})_(?:([0-9]{1,20})_(.+)|((?:text|link)\.html)$))", re.DOTALL
)
CANVAS_ANONYMOUS = re.compile(  # the mark in place of the number has five letters and digits today
    r"(?P<late>LATE_)?(?P<name>)(?P<user>anon_[A-Za-z0-9]{1,20})_(?:(?P<attachment>[0-9]{1,20})_(?P<file>.+)"
    r"|(?P<text>(?:text|link)\.html))",
    re.DOTALL,
)


@dataclass(frozen=True)
class CanvasName(Entry):
    """An entry of Canvas's bulk download: `name` is like "doejane", `sequence` the number of the file."""

    @property
    def attachment(self) -> int:
        """Canvas's number of the file; 0 for text typed into Canvas."""
        return self.sequence

    @property
    def student(self) -> str:
        """A student id made of what Canvas says alone."""
        if self.is_hidden:
            return self.user
        return canvas_id_of(self.name, self.user)


def canvas_id_of(name: str, number: str) -> str:
    """Return the student id made of what Canvas says alone: a name, whose signs it drops, and the number."""
    folded = ascii_form(re.sub(r"\W", "", name).lower())[: MAX_ID - len(number) - 1]
    return f"{folded or 'student'}_{number}"


def canvas_name(entry: str) -> CanvasName | None:
    """Take the name of an entry of Canvas's bulk download apart; None when it is not one."""
    if len(entry) > MAX_ENTRY_CHARS:
        return None
    for form in (CANVAS_ANONYMOUS, CANVAS_UPLOAD, CANVAS_TEXT):
        if match := form.fullmatch(entry):
            found = match.groupdict()
            attachment = int(found.get("attachment") or 0)
            file = found["file"] or found["text"]
            return _name(entry, found["name"], found["user"], attachment, file, late=bool(found["late"]))
    return None


def possible_canvas_names(entry: str) -> list[CanvasName]:
    """Return the one or two things that an entry can mean, two where a name ends in a number: `ann_2_11_901_x.zip`.

    Never more: Canvas takes out all but the last such number of a name, and what comes later is the student's choice.
    """
    found = []
    for match in CANVAS_NUMBERS.finditer(entry[:MAX_ENTRY_CHARS]):
        name, (user, attachment, file, text) = entry[: match.start() - 1], match.groups()
        late = name.endswith("_LATE")
        found.append(_name(entry, name.removesuffix("_LATE"), user, int(attachment or 0), file or text, late=late))
        if len(found) > 1:
            break
    first = canvas_name(entry)
    is_hidden = first is not None and first.is_hidden
    return [name for name in found if name.name == "anon"] if is_hidden else found


def readings_of(entry: str, user: str) -> list[CanvasName]:
    """Return what an entry can mean that this user sent, the most likely first."""
    readings = (canvas_name(entry), *possible_canvas_names(entry))
    return [name for name in readings if name is not None and name.user == user]


def _name(entry: str, name: str, user: str, attachment: int, file: str, *, late: bool) -> CanvasName:
    is_trial = same_letters(name) in TEST_STUDENT
    return CanvasName(
        entry, name, user, late, attachment, file, CANVAS, is_hidden=user.startswith(HIDDEN), is_text=not attachment,
        is_trial=is_trial,
    )  # fmt: skip
