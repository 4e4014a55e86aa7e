"""What names say: whose a file is, which of the files asked for it is, and how Canvas names a download."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..model.assignment import Assignment

MAX_ID = 64  # characters of a student id; it is a folder name and stands in every table
VALID_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_ID - 1}}}")
MAX_NAME_CHARS = 128  # a longer name says nothing, and no pattern below is tried on it
MAX_ENTRY_CHARS = 512  # Canvas shortens nothing: a name and a file name may have 255 characters each
GENERIC = re.compile(  # words that say nothing of who sent a file, whatever number they carry
    r"hw|homework|assignments?|submi(?:t|tted|ssions?)|attachments?|uploads?|files?|folder|archive|downloads?|desktop"
    r"|documents|solutions?|code|answers|release|untitled|te?mp|zip|notebooks?|project|final|copy|my|new"
)
SEPARATORS = " \t\n_.-"  # between an id and the name of the homework
HOMEWORK = re.compile(r"(?:^|[\W_])(?:hw|homework)[\W_]?(\d+)", re.IGNORECASE)
COPY_SUFFIX = re.compile(r"(?:[ _]?\(([0-9]{1,3})\)|-([0-9]{1,2})|[ _-]{0,3}copy[ _]?([0-9]{0,3}))$", re.IGNORECASE)
COPY_PREFIX = re.compile(r"^copy of ", re.IGNORECASE)
ENDINGS = re.compile(r"(?:\.(?:zip|ipynb|json|md|markdown|txt|png|pdf|py|html))+$", re.IGNORECASE)
LITTER_FOLDERS = frozenset(["__macosx", ".ipynb_checkpoints", "__pycache__", ".git", ".vscode", ".idea", ".trashes"])
LITTER_FILES = frozenset([".ds_store", "thumbs.db", "desktop.ini", "icon\r", ".gitignore"])
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)  # and no format signs
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
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


class Slot(NamedTuple):
    """One of the files that are asked for; `name` is empty for the plot and the derivation."""

    kind: str  # "notebook", "sheet", "plot" or "derivation"
    name: str = ""

    def file_name(self) -> str:
        """Return the canonical path below the submission's folder."""
        if self.kind == "notebook":
            return f"{self.name}.ipynb"
        if self.kind == "sheet":
            return f"answers/{self.name}.md"
        return {"plot": "word_vectors.png", "derivation": "derivation.pdf"}[self.kind]


@dataclass(frozen=True)
class CanvasName:
    """An entry of Canvas's bulk download, taken apart; `user` is what no student can choose."""

    entry: str  # as it stands in the download
    name: str  # "doejane", or empty when names are hidden
    user: str  # Canvas's number of the student, or anon_ and the random mark that hides it
    late: bool
    attachment: int  # grows with time; 0 for text typed into Canvas
    file: str  # as the student named it

    @property
    def is_hidden(self) -> bool:
        """Whether Canvas hides who the student is."""
        return self.user.startswith(HIDDEN)

    @property
    def student(self) -> str:
        """A student id made of what Canvas says alone."""
        if self.is_hidden:
            return self.user
        return canvas_id_of(self.name, self.user)


def canvas_id_of(name: str, number: str) -> str:
    """Return the student id made of what Canvas says alone: a name, whose signs it drops, and the number."""
    folded = _ascii(re.sub(r"\W", "", name).lower())[: MAX_ID - len(number) - 1]
    return f"{folded or 'student'}_{number}"


def same_letters(name: str) -> str:
    """Return the letters and digits of a name, in the form in which two spellings of one name are the same."""
    return re.sub(r"[\W_]", "", one_form(name).casefold())


def one_form(name: str) -> str:
    """Return a name in the one form of the many that look the same: accents apart or not, wide letters, unseen signs.

    A Mac writes an accent as a sign of its own, which makes two names of `andré` for every program that compares them.
    """
    if name.isascii():
        return name
    return UNSEEN.sub("", "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf"))


def canvas_name(entry: str) -> CanvasName | None:
    """Take the name of an entry of Canvas's bulk download apart; None when it is not one."""
    if len(entry) > MAX_ENTRY_CHARS:
        return None
    for form in (CANVAS_ANONYMOUS, CANVAS_UPLOAD, CANVAS_TEXT):
        if match := form.fullmatch(entry):
            found = match.groupdict()
            attachment = int(found.get("attachment") or 0)
            file = found["file"] or found["text"]
            return CanvasName(entry, found["name"], found["user"], bool(found["late"]), attachment, file)
    return None


def possible_canvas_names(entry: str) -> list[CanvasName]:
    """Return the one or two things that an entry can mean, two where a name ends in a number: `ann_2_11_901_x.zip`.

    Never more: Canvas takes out all but the last such number of a name, and what comes later is the student's choice.
    """
    found = []
    for match in CANVAS_NUMBERS.finditer(entry[:MAX_ENTRY_CHARS]):
        name, (user, attachment, file, text) = entry[: match.start() - 1], match.groups()
        late = name.endswith("_LATE")
        found.append(CanvasName(entry, name.removesuffix("_LATE"), user, late, int(attachment or 0), file or text))
        if len(found) > 1:
            break
    first = canvas_name(entry)
    is_hidden = first is not None and first.is_hidden
    return [name for name in found if name.name == "anon"] if is_hidden else found


def claimed_id(name: str, assignment_name: str) -> str | None:
    """Return the id in `<id>_HW4...`, in lower case as Andrew ids are; None when the name is not of that form."""
    if len(name) > MAX_NAME_CHARS or len(name := one_form(name)) > MAX_NAME_CHARS:
        return None
    stem = COPY_PREFIX.sub("", stem_of(name))
    for match in _marker_behind_an_id(assignment_name).finditer(stem):
        if owner := stem[: match.start()].rstrip(SEPARATORS):
            return None if is_generic(owner) else safe_id(owner.lower())
    return None


@lru_cache(maxsize=16)
def _marker_behind_an_id(assignment_name: str) -> re.Pattern[str]:
    """Return the pattern of the assignment's name where something separates it from what stands before it.

    What stands before it is not part of the pattern: that took 0.4 ms for a name of 120 underscores.
    """
    return re.compile(rf"(?<=[\s_.-]){_marker(assignment_name)}(?![0-9a-z])", re.IGNORECASE)


def is_handout_name(name: str, assignment_name: str) -> bool:
    """Whether a name is `<id>_HW4.zip` and nothing more, but for the number of a copy."""
    stem = split_copy(stem_of(one_form(name)))[0]
    return claimed_id(name, assignment_name) is not None and bool(
        re.search(rf"{_marker(assignment_name)}$", stem, re.IGNORECASE)
    )


def _marker(assignment_name: str) -> str:
    """Return the pattern of an assignment's name as people spell it: `hw4`, `HW 4`, `hw-4`."""
    return re.sub(r"(?<=[a-z])(?=[0-9])", r"[\\s_.-]?", assignment_name.lower())


def is_generic(name: str) -> bool:
    """Whether a name says nothing of who sent it, as `Final submission (2).zip`."""
    words = re.findall(r"[^\W\d_]+", stem_of(name).lower())
    return all(GENERIC.fullmatch(word) for word in words) and (bool(words) or not any(c.isalnum() for c in name))


def names_other_homework(name: str, assignment_name: str) -> bool:
    """Whether a name carries the number of another homework, as `hw3_partI.ipynb`."""
    numbers = {match.lstrip("0") for match in HOMEWORK.findall(name[:MAX_NAME_CHARS])}
    return bool(numbers) and re.sub(r"\D", "", assignment_name) not in numbers


def safe_id(name: str) -> str:
    """Return a student id that is safe as a folder name; a changed one ends in a digest, so that no two meet.

    Names that differ only in capitals or in their Unicode form are those of one student.
    """
    name = one_form(name)
    if VALID_ID.fullmatch(name):
        return name
    digest = hashlib.sha256(one_form(name.lower()).encode("utf-8", errors="surrogatepass")).hexdigest()[:8]
    return f"{_ascii(name)[: MAX_ID - 9] or 'student'}-{digest}"


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", errors="ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folded).strip("._-")


def stem_of(name: str) -> str:
    """Return a file name without its endings: `x.ipynb.txt` and `x.zip` are `x`."""
    return ENDINGS.sub("", name.strip())


def split_copy(stem: str) -> tuple[str, int]:
    """Split off what systems append to a second copy: `x (1)`, `x-2`, `x copy`; 0 for a first one."""
    original = COPY_PREFIX.sub("", stem)
    number = int(original != stem)
    for _ in range(2):  # `x-1 (2)`: Canvas appended the one, the browser the other
        if match := COPY_SUFFIX.search(original):
            number = max(number, *(int(digits) for digits in match.groups() if digits), 1)
            original = original[: match.start()]
    return original, number


def is_litter(folders: tuple[str, ...], name: str) -> bool:
    """Whether a system or an editor made the file, not its author."""
    lower = name.lower()
    return (
        lower in LITTER_FILES
        or lower.startswith(("._", "~$"))
        or lower.endswith((".pyc", ".tmp", ".swp", "~"))
        or any(folder.lower() in LITTER_FOLDERS for folder in folders)
    )


def slot_of(path: str, student: str, assignment: Assignment) -> tuple[Slot, int] | None:
    """Return which of the files asked for a path is, and how far its name is from the right one; None for no slot.

    0: the id and the right name, or the right place for answers; 1: the right name without the id, or with another;
    2: in other capitals; 3: with another ending or spelling, or a copy, or answers that are not in `answers/`; 4: a
    script or a web page in place of a notebook.
    """
    *folders, name = path.split("/")
    if len(name) > MAX_NAME_CHARS or any(names_other_homework(part, assignment.name) for part in path.split("/")):
        return None
    lower = name.lower()
    plain, copies = split_copy(stem_of(name))
    slot = _slot(lower, plain.lower(), assignment)
    if slot is None:
        return None
    right = slot.file_name().rpartition("/")[2]
    if slot.kind == "notebook" and lower.endswith((".py", ".html")):
        return slot, 4
    if copies or not lower.endswith(right.lower()) or (slot.kind == "sheet" and folders[-1:] != ["answers"]):
        return slot, 3
    if not name.endswith(right):
        return slot, 2
    return slot, 0 if slot.kind == "sheet" or lower == f"{student}_{right}".lower() else 1


def _slot(lower: str, stem: str, assignment: Assignment) -> Slot | None:
    key = re.sub(r"[\W_]+", "", stem)
    if re.search(r"\.(ipynb(\.txt)?|json|py|html)$", lower):
        return _notebook_slot(stem, key, assignment)
    if lower.endswith((".md", ".markdown", ".txt")):
        return next((Slot("sheet", name) for name in assignment.sheets if name.lower().rstrip("s") in key), None)
    if lower.endswith(".png") and "wordvec" in key:
        return Slot("plot")
    if lower.endswith(".pdf") and "deriv" in key:
        return Slot("derivation")
    return None


def _notebook_slot(stem: str, key: str, assignment: Assignment) -> Slot | None:
    """Match `hw4_partI`, `part 1`, `PartII_final` and the like, for notebooks named `<assignment>_part<number>`."""
    parts = re.findall(r"part[\W_]?(i{1,3}|iv|[0-9])(?![a-z0-9])", stem)
    for name in assignment.notebooks:
        number = name.lower().rpartition("part")[2]
        if key.endswith(re.sub(r"[\W_]+", "", name.lower())):
            return Slot("notebook", name)
        if parts and ROMAN.get(parts[-1], parts[-1]) == ROMAN.get(number, number):
            return Slot("notebook", name)
    return None
