"""Files that no program here reads, but a person may need: answers in other formats, photos, pictures in answers.

They travel along and are kept, so that whoever marks can open them, and a sentence says what to send instead.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from .asked import Wanted
from .handed_in import Candidate, HandedIn, Picked, is_given, is_in_ungraded_folder
from .names import MAX_NAME_CHARS, same_letters, shown, split_copy, stem_of
from .pdf_title import titles
from .problems import Finding, Level
from .slots import Slot, notebook_slot

KIND = "other"
MOST = 20  # of one submission; ten photographed pages, twice
PICTURES = (".png", ".jpg", ".jpeg")  # which are shown with the answer that names them
ANSWERS = "answers"
_PRINTED = re.compile(r"(?:\.ipynb)?\s*(?:[-\u2013|]\s*(?:Jupyter|JupyterLab|Colab|Google|Kaggle).*)?$", re.IGNORECASE)

COPY = "copy its text into {sheet}"
NOTHING_IN_IT = "is empty (0 bytes): open it, wait until your cloud drive has loaded it, and pack again"
LINK = "download the file that it stands for, and send that"


class Format(NamedTuple):
    """What a file is, and what to do about it."""

    what: str
    instead: str


WORD = Format("a Word document", COPY)
FORMATS: Mapping[str, Format] = {
    ".docx": WORD,
    ".doc": WORD,
    ".odt": Format("an OpenDocument text", COPY),
    ".rtf": Format("an RTF document", COPY),
    ".pages": Format("a Pages document", COPY),
    ".wps": Format("a WPS document", COPY),
    ".tex": Format("a LaTeX source", COPY),
    ".rmd": Format("an R Markdown file", COPY),
    ".qmd": Format("a Quarto file", COPY),
    ".html": Format("a web page", COPY),
    ".htm": Format("a web page", COPY),
    ".mht": Format("a web page", COPY),
    ".mhtml": Format("a web page", COPY),
    ".epub": Format("an e-book", COPY),
    ".pptx": Format("a presentation", COPY),
    ".ppt": Format("a presentation", COPY),
    ".key": Format("a presentation", COPY),
    ".xlsx": Format("a spreadsheet", COPY),
    ".one": Format("a OneNote page", COPY),
    ".goodnotes": Format("a GoodNotes page", "{pages}"),
    ".heic": Format("a photo in Apple's format", "{pages}"),
    ".heif": Format("a photo in Apple's format", "{pages}"),
    ".webp": Format("a picture in the format WebP", "save it as PNG, and {show}"),
    ".tif": Format("a picture in the format TIFF", "save it as PNG, and {show}"),
    ".tiff": Format("a picture in the format TIFF", "save it as PNG, and {show}"),
    ".bmp": Format("a picture in the format BMP", "save it as PNG, and {show}"),
    ".gif": Format("a picture in the format GIF", "save it as PNG, and {show}"),
    ".svg": Format("a drawing in the format SVG", "save it as PNG, and {show}"),
    ".gdoc": Format("a link to a Google document", LINK),
    ".gsheet": Format("a link to a Google document", LINK),
    ".gslides": Format("a link to a Google document", LINK),
    ".gddoc": Format("a link to a Google document", LINK),
    ".url": Format("a link", LINK),
    ".webloc": Format("a link", LINK),
    ".lnk": Format("a link to a file on your computer", LINK),
    ".icloud": Format("a placeholder of iCloud, without the content", LINK),
    ".cloudf": Format("a placeholder of OneDrive, without the content", LINK),
    ".rar": Format("an archive that is not opened", "pack the files themselves as a zip"),
    ".7z": Format("an archive that is not opened", "pack the files themselves as a zip"),
    ".tar": Format("an archive that is not opened", "pack the files themselves as a zip"),
    ".tgz": Format("an archive that is not opened", "pack the files themselves as a zip"),
}
# Named, but not kept: a marker's browser would run the scripts in them, next to the gradebook.
NEVER_KEPT = (".html", ".htm", ".mht", ".mhtml", ".svg")
DOCUMENTS = tuple(ending for ending, each in FORMATS.items() if each.instead == COPY and each.what != "a web page")
PHOTO = Format("a picture that no answer shows", "{show}")
PDF_OF_SHEET = Format("a PDF of an answer sheet", COPY)
PDF_OF_NOTEBOOK = Format("a notebook saved as a PDF", "the notebook itself (.ipynb) is graded")

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
BEGINNINGS: Mapping[bytes, str] = {  # of files that were given the name of a sheet
    b"PK\x03\x04": "a Word document, or another packed file,",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"{\\rtf": "an RTF document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def other_slot(path: str) -> Slot:
    """Return the slot of such a file, by its path below the folder of the notebooks."""
    return Slot(KIND, path, path)


def others(
    files: Iterable[HandedIn], picked: Picked, wanted: Wanted, known: Collection[HandedIn] = ()
) -> Picked:  # fmt: skip
    """Return those of the files that were not picked which a person may need: `known` ones, others by their names."""
    used = {id(choice.file) for choices in picked.values() for choice in choices}
    taken = {slot.path.casefold() for slot in picked}
    found: dict[str, tuple[Slot, list[Candidate]]] = {}
    for file in files:
        beside = next((name for name in (ANSWERS, *wanted.ungraded) if name in file.folders[-1:]), "")
        path = f"{beside}/{file.name}" if beside else file.name
        is_out = file.name.lower().endswith(NEVER_KEPT) or not _is_safe(file.name)
        if id(file) in used or is_given(file, wanted) or path.casefold() in taken or is_out:
            continue
        is_picture = file.name.lower().endswith(PICTURES)
        if is_in_ungraded_folder(file, wanted) and not is_picture and not file.name.lower().endswith(DOCUMENTS):
            continue  # what running or printing an ungraded notebook leaves
        if is_picture or file in known or format_of(file.name, wanted) is not None:
            found.setdefault(path.casefold(), (other_slot(path), []))[1].append(Candidate(file, 0))

    def place(path: str) -> int:  # what running an ungraded notebook leaves takes no other's place
        return 0 if path.startswith(f"{ANSWERS}/") else 2 if is_picture_of_ungraded(path, wanted) else 1

    return dict(sorted(found.values(), key=lambda each: place(each[0].path))[:MOST])


def is_picture_of_ungraded(path: str, wanted: Wanted) -> bool:
    """Whether a file is a picture beside ungraded notebooks: it counts where an answer shows it, and nowhere else."""
    return path.startswith(tuple(f"{folder}/" for folder in wanted.ungraded)) and path.lower().endswith(PICTURES)


def is_left_by_ungraded(path: str, texts: Collection[bytes], wanted: Wanted) -> bool:
    """Whether a file is such a picture, and shown in none of the texts."""
    return is_picture_of_ungraded(path, wanted) and not is_named_in(path, texts)


def format_of(name: str, wanted: Wanted, data: bytes = b"") -> Format | None:
    """Return what a file is that is not read; None where its name, or that of a PDF within it, says nothing."""
    lower = name.lower()
    if lower.endswith(".pdf"):
        if is_printed_notebook(name, data, wanted):
            return PDF_OF_NOTEBOOK
        return PDF_OF_SHEET if sheet_named(name, wanted) else None
    return next((found for ending, found in FORMATS.items() if lower.endswith(ending)), None)


def is_printed_notebook(name: str, data: bytes, wanted: Wanted) -> bool:
    """Whether a PDF has the name of a notebook, or states it as its title, as browsers and nbconvert do.

    A notebook that is called like the homework is known by the title alone: so students call everything.
    """
    notebooks = {same_letters(notebook) for notebook in wanted.notebooks}
    own_names = notebooks - {same_letters(wanted.name)}
    stated = [same_letters(_PRINTED.sub("", title[:200])) for title in titles(data)]
    return same_letters(split_copy(stem_of(name))[0]).endswith(tuple(own_names)) or any(
        title.endswith(tuple(notebooks)) for title in stated
    )


def sheet_named(path: str, wanted: Wanted) -> str:
    """Return the sheet whose name is in that of a file, "" if there is none."""
    letters = same_letters(stem_of(path.rpartition("/")[2]))
    sheets = sorted(wanted.sheets, key=lambda sheet: -len(sheet))
    return next((sheet for sheet in sheets if (same_letters(sheet).rstrip("s") or sheet) in letters), "")


def unused_pictures(content: Mapping[Slot, bytes], wanted: Wanted) -> list[str]:
    """Return the plots and screenshots that no answer shows: most often they belong to none.

    Nothing is said of those that running an ungraded notebook left in its folder.
    """
    texts = _texts(content)
    paths = [slot.path for slot in content if slot.kind == KIND and slot.path.lower().endswith(".png")]
    return [path for path in paths if not is_picture_of_ungraded(path, wanted) and not is_named_in(path, texts)]


def _texts(content: Mapping[Slot, bytes]) -> list[bytes]:
    return [data for slot, data in content.items() if slot.kind in ("sheet", "notebook")]


def findings(content: Mapping[Slot, bytes], wanted: Wanted) -> Iterator[Finding]:
    """Yield of each such file what it is and what to do, unless an answer shows it."""
    texts = _texts(content)
    has_all = all(notebook_slot(name) in content for name in wanted.notebooks)
    for slot, data in content.items():
        if not data and slot.kind in ("sheet", KIND):
            yield Finding(Level.WARNING, f"{shown(slot.path)} {NOTHING_IN_IT}.")
            continue
        if slot.kind != KIND or is_picture_of_ungraded(slot.path, wanted) or is_named_in(slot.path, texts):
            continue
        is_photo = slot.path.lower().endswith((".jpg", ".jpeg"))
        found = PHOTO if is_photo else format_of(slot.path, wanted, data)
        if found:
            level = Level.INFO if found is PDF_OF_NOTEBOOK and has_all else Level.WARNING
            yield Finding(level, sentence(slot.path, found, wanted))


def is_named_in(path: str, texts: Collection[bytes]) -> bool:
    """Whether an answer may show a picture: its name stands in a sheet or in a notebook."""
    name = path.rpartition("/")[2]
    spellings = {name.encode(errors="replace"), quote(name, errors="replace").encode()}
    return path.lower().endswith(PICTURES) and any(each in text for each in spellings for text in texts)


def sentence(path: str, found: Format, wanted: Wanted) -> str:
    """Return what a file is and what its author can do."""
    sheet, pdf = sheet_named(path, wanted), next((file.name for file in wanted.files if file.kind == "pdf"), "")
    place = f"{ANSWERS}/{sheet}.md" if sheet else "the answer sheet" if [*wanted.sheets] else "the notebook"
    show = f"show it in {place} with a line ![]({path.rpartition('/')[2]})"
    pages = f"put all pages into one PDF, {pdf}" if pdf else f"save it as PNG, and {show}"
    if pdf and found is PHOTO:
        show += f", or {pages}"
    instead = found.instead.format(sheet=place, show=show, pages=pages)
    is_read = ", which is not read" if found is not PHOTO else ""
    return f"{shown(path)} is {found.what}{is_read}: {instead}."


def _is_safe(name: str) -> bool:
    """Whether a file can be kept under its name on every system."""
    return len(name) <= MAX_NAME_CHARS and name.isprintable() and not re.search(r'^\.|[<>:"/\\|?*]|[. ]$', name)
