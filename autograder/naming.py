"""What names say: whose a file is, which of the files asked for it is, and how Canvas names a download."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from .assignment import Assignment

MAX_ID = 64  # characters of a student id; it is a folder name and stands in every table
VALID_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_ID - 1}}}")
GENERIC = re.compile(  # names that say nothing of who sent it, with or without a number
    r"(my|new|final)?[\W_]*(hw|homework|assignment|submi(t|tted|ssion|ssions)|attachments?|upload|files?|folder|archive"
    r"|download|downloads|desktop|documents|class|students?|solutions?|answers|release|untitled|tmp|temp|zip"
    r"|notebooks?|hw4kit|datasets?)[\W_]*\d*[\W_]*(folder|copy|zip)?[\W_]*\d*",
    re.IGNORECASE,
)
COPY_SUFFIX = re.compile(r"(?:[ _]*\((?P<a>\d{1,3})\)|-(?P<b>\d{1,2})|[ _-]*copy[ _]?(?P<c>\d{0,3}))$", re.IGNORECASE)
COPY_PREFIX = re.compile(r"^copy of ", re.IGNORECASE)
LITTER_FOLDERS = frozenset("__macosx .ipynb_checkpoints __pycache__ .git .vscode .idea .trashes .virtual_documents".split())
LITTER_FILES = frozenset(".ds_store thumbs.db desktop.ini icon\r .gitignore .gitattributes timestamp.txt".split())
CANVAS_UPLOAD = re.compile(
    r"(?P<name>\w*?)(?P<late>_LATE)?_(?P<user>\d{1,20})_(?P<attachment>\d{1,20})_(?P<file>.+)", re.DOTALL
)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)_(?:LATE_)?(?P<user>[A-Za-z0-9]{1,20})_(?P<attachment>\d{1,20})_(?P<file>.+)", re.DOTALL
)
CANVAS_TEXT = re.compile(r"(?P<name>\w*?)(?P<late>_LATE)?_(?P<user>\d{1,20})_(?P<file>(?:text|link)\.html)")
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
    name: str  # "doejane", or "anon" when names are hidden
    user: str  # Canvas's number of the student, or the random mark that hides it
    late: bool
    attachment: int  # grows with time; 0 for text typed into Canvas
    file: str  # as the student named it

    @property
    def student(self) -> str:
        """A student id made of what Canvas says alone."""
        folded = _ascii(self.name)[: MAX_ID - len(self.user) - 1]
        return f"{folded or 'student'}_{self.user}"


def canvas_name(entry: str) -> CanvasName | None:
    """Take the name of an entry of Canvas's bulk download apart; None when it is not one."""
    for form in (CANVAS_ANONYMOUS, CANVAS_UPLOAD, CANVAS_TEXT):
        if match := form.fullmatch(entry):
            found = match.groupdict()
            attachment = int(found.get("attachment") or 0)
            return CanvasName(entry, found["name"], found["user"], bool(found["late"]), attachment, found["file"])
    return None


def claimed_id(name: str, assignment_name: str) -> tuple[str, int] | None:
    """Return the id in `<id>_HW4...` and the number of the copy; None when the name is not of that form.

    The id is in lower case, as Andrew ids are, so that two spellings are one student.
    """
    letters, digits = re.fullmatch(r"(\D*)(\d*)", assignment_name.lower()).groups()  # type: ignore[union-attr]
    marker = rf"{letters}[\s_.-]?{digits}"
    stem = stem_of(name)
    match = re.fullmatch(rf"(?P<id>.+?)[\s_.-]+{marker}(?![0-9a-z])(?P<rest>.*)", stem, re.IGNORECASE | re.DOTALL)
    if match is None:
        match = re.fullmatch(rf"{marker}[\s_-]+(?P<id>(?!part)[a-z][a-z0-9]{{1,15}})(?P<rest>.*)", stem, re.IGNORECASE)
    if match is None or is_generic(match["id"]):
        return None
    return safe_id(match["id"].lower()), split_copy(match["rest"])[1]


def is_generic(name: str) -> bool:
    """Whether a name says nothing of who sent it, as `submission (2).zip`."""
    return not name.strip("._- ") or GENERIC.fullmatch(stem_of(name)) is not None


def safe_id(name: str) -> str:
    """Return a student id that is safe as a folder name; a changed one ends in a digest, so that no two meet."""
    if VALID_ID.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", errors="surrogatepass")).hexdigest()[:8]
    return f"{_ascii(name)[: MAX_ID - 9] or 'student'}-{digest}"


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", errors="ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folded).strip("._-")


def stem_of(name: str) -> str:
    """Return a file name without its endings: `x.ipynb.txt` and `x.zip` are `x`."""
    return re.sub(r"(\.(zip|ipynb|json|md|markdown|txt|png|pdf))+$", "", name.strip(), flags=re.IGNORECASE)


def split_copy(stem: str) -> tuple[str, int]:
    """Split off what systems append to a second copy: `x (1)`, `x-2`, `x copy`; 0 for a first one."""
    original = COPY_PREFIX.sub("", stem)
    number = int(original != stem)
    while match := COPY_SUFFIX.search(original):
        number = max(number, int(match["a"] or match["b"] or match["c"] or 1))
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


def slot_of(path: str, student: str | None, assignment: Assignment) -> tuple[Slot, int] | None:
    """Return which of the files asked for a path is, and how far its name is from the right one; None for no slot.

    0: `<id>_<name>` or, for answers, the right folder; 1: the name without the id, or with another one; 2: in other
    capitals; 3: with other endings or separators, or a copy, or answers that are not in `answers/`.
    """
    *folders, name = path.split("/")
    lower, stem = name.lower(), stem_of(name)
    plain, copies = split_copy(stem)
    key = re.sub(r"[\W_]+", "", plain.lower())
    slot = None
    if re.search(r"\.ipynb(\.txt|\.json)*$|\.json$", lower):
        slot = _notebook_slot(plain, assignment)
    elif lower.endswith((".md", ".markdown", ".md.txt", ".txt")):
        slot = next((Slot("sheet", sheet) for sheet in assignment.sheets if key.endswith(sheet.lower())), None)
    elif lower.endswith(".png") and key.endswith("wordvectors"):
        slot = Slot("plot")
    elif lower.endswith(".pdf") and re.search(r"derivations?$", key):
        slot = Slot("derivation")
    if slot is None:
        return None
    right = slot.file_name().rpartition("/")[2]
    if copies or not lower.endswith(right.lower()) or (slot.kind == "sheet" and folders[-1:] != ["answers"]):
        return slot, 3
    if not name.endswith(right):
        return slot, 2
    return slot, 0 if slot.kind == "sheet" or name.lower() == f"{student}_{right}".lower() else 1


def _notebook_slot(stem: str, assignment: Assignment) -> Slot | None:
    """Match `partI`, `part 1`, `PartII_final` and the like, for every notebook named `<assignment>_part<number>`."""
    key = re.sub(r"[\W_]+", "", stem.lower())
    for notebook in assignment.notebooks:
        if key.endswith(notebook.lower().replace("_", "")):
            return Slot("notebook", notebook)
    parts = re.findall(r"part[\W_]*(i{1,3}|iv|\d)(?![a-z0-9])", stem.lower())
    for notebook in assignment.notebooks:
        number = notebook.lower().rpartition("part")[2]
        if parts and ROMAN.get(parts[-1], parts[-1]) == ROMAN.get(number, number):
            return Slot("notebook", notebook)
    return None
