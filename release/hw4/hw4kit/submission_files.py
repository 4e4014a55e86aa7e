"""Find what is handed in, in the folder that students work in: each file once, under its right name."""

from __future__ import annotations

import difflib
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import submission_rules as rules
from .submission_rules import HINT, MUST, Finding, listed

LIKE = 0.6  # ratio of difflib from which a name is proposed: "hw4_partI-Copy1.ipynb" has 0.8, "cbow.docx" 0.63
STEPS_ON_PAPER = re.compile(r"deriv|gradient|handwrit|steps|scan|proof", re.IGNORECASE)  # in the name of a PDF
PAGE = re.compile(rb"/Type\s*/Page\b")
OTHER_ENDINGS = (".docx", ".doc", ".odt", ".rtf", ".jpg", ".jpeg", ".heic", ".tex")  # of work that nobody will read


@dataclass(frozen=True)
class File:
    """One file that is handed in; `name` is one of `names_asked_for`, or that of the derivation."""

    name: str
    path: Path
    data: bytes = field(repr=False)
    saved: float  # seconds since 1970


@dataclass(frozen=True)
class Work:
    """All that is there to be handed in, by name, and what is wrong with names and sizes."""

    folder: Path
    files: dict[str, File]
    findings: tuple[Finding, ...]

    def data(self, name: str) -> bytes | None:
        """Return the content of a file, None if it is not there."""
        return self.files[name].data if name in self.files else None


def gather(folder: Path, andrew_id: str = "") -> Work:
    """Return what the folder holds of a submission.

    Args:
        folder: Where hw4kit and the notebooks are.
        andrew_id: If given, files that carry another id are complained about.

    Raises:
        OSError: The folder cannot be listed.
    """
    files: dict[str, File] = {}
    findings: list[Finding] = []
    entries = _entries(folder)
    used: set[str] = set()
    for name in rules.names_asked_for():
        candidates = [path for path in entries if _is_named(path, name)]
        if candidates:
            used |= set(candidates)
            findings += _take(folder, name, candidates, andrew_id, files)
    for name in rules.names_asked_for():
        if not any(_is_named(path, name) for path in entries):
            findings.append(_missing(name, [path for path in entries if path not in used]))
    findings += _derivation(folder, entries, andrew_id, files)
    findings += _left_behind([path for path in entries if path not in used], files)
    owners = {owner for name, file in files.items() if (owner := _owner(file.path.name, name))}
    if not andrew_id and len(owners) > 1:
        text = f"there are files of {listed(sorted(owners))}: one Andrew ID is yours, so rename the others."
        findings.append(Finding(MUST, next(iter(files)), text))
    return Work(folder, files, tuple(findings))


def _left_behind(paths: list[str], files: dict[str, File]) -> Iterator[Finding]:
    """Yield the files that a student may believe to be handed in."""
    for path in paths:
        last = path.rpartition("/")[2].lower()
        like = next((name for name in files if _is_copy(last, name.rpartition("/")[2].lower())), "")
        if path.lower().endswith(OTHER_ENDINGS):
            text = "it is not handed in, as such a file is not asked for: use the sheets, or the derivation PDF."
            yield Finding(HINT, path, text)
        elif like:
            text = f"it is not handed in, but {like} is: remove it, or give it that name if you worked in it."
            yield Finding(HINT, path, text)


def _is_copy(last: str, name: str) -> bool:
    """Whether a file is called as programs call copies: hw4_partI-Copy1.ipynb, cbow (2).md, word_vectors copy.png."""
    stem, _, ending = name.rpartition(".")
    return last != name and bool(re.fullmatch(rf".*{re.escape(stem)}[ _-]*(?:copy|\().*\.{ending}|copy.*{name}", last))


def _entries(folder: Path) -> list[str]:
    """Return the files of the folder and of answers/, by relative path."""
    found = [entry.name for entry in os.scandir(folder) if entry.is_file()]
    if (folder / "answers").is_dir():
        found += [f"answers/{entry.name}" for entry in os.scandir(folder / "answers") if entry.is_file()]
    return sorted(path for path in found if not path.rpartition("/")[2].startswith((".", "~$")))


def _is_named(path: str, name: str) -> bool:
    """Whether a path has the name asked for, alone or behind an Andrew ID."""
    if name.startswith("answers/"):
        return path == name
    owner = _owner(path, name)
    return path == name or (owner != "" and bool(rules.ANDREW_ID.fullmatch(owner)))


def _owner(path: str, name: str) -> str:
    """Return the Andrew ID that stands before the name, "" where none does."""
    return path[: -len(name) - 1].lower() if path.endswith(f"_{name}") and "/" not in path else ""


def _take(folder: Path, name: str, candidates: list[str], andrew_id: str, files: dict[str, File]) -> Iterator[Finding]:
    """Read the candidate that counts: the one saved last of those that carry no other id."""
    own = [path for path in candidates if _owner(path, name) in ("", andrew_id or _owner(path, name))]
    path = max(own or candidates, key=lambda candidate: (folder / candidate).stat().st_mtime)
    if andrew_id and not own:
        yield Finding(MUST, path, f"it carries the id {_owner(path, name)}, not {andrew_id}: rename it to {name}.")
    if others := [candidate for candidate in candidates if candidate != path]:
        yield Finding(MUST, path, f"there is also {listed(others)}: this one, saved last, counts. Remove what is old.")
    largest = rules.MAX_BYTES[rules.kind_of(name)]
    try:
        status = (folder / path).stat()
        if status.st_size > largest:
            advice = {"notebook": "clear large outputs and save it"}.get(rules.kind_of(name), "make it smaller")
            size = f"{status.st_size / 2**20:.3g} MiB, and the limit is {largest / 2**20:g}"
            yield Finding(MUST, path, f"it has {size}: {advice}.")
            return
        data = (folder / path).read_bytes()
    except OSError as error:
        yield Finding(MUST, path, f"it cannot be read ({error.strerror}): close the program that holds it.")
        return
    if not data:
        yield Finding(MUST, path, "it is empty: save it again.")
        return
    if len(data) > rules.RATIO_FREE_BYTES and len(data) > rules.MAX_RATIO * len(zlib.compress(data)):
        yield Finding(MUST, path, "it says the same without end, which the grader refuses: clear that output and save.")
        return
    files[name] = File(name, folder / path, data, status.st_mtime)


def _missing(name: str, entries: list[str]) -> Finding:
    short = {path.rpartition("/")[2].lower(): path for path in entries}
    like = difflib.get_close_matches(name.rpartition("/")[2].lower(), short, n=1, cutoff=LIKE)
    if like:
        return Finding(MUST, name, f"it is missing. Is {short[like[0]]} meant? Then give it the right name.")
    if name == rules.PLOT:
        return Finding(MUST, name, "it is missing: run the cell of hw4_partII.ipynb that writes it.")
    return Finding(MUST, name, "it is missing: take it from the folder that you downloaded, and work in it.")


def _derivation(folder: Path, entries: list[str], andrew_id: str, files: dict[str, File]) -> Iterator[Finding]:
    """Take the PDF with steps on paper, if there is one; a paper that was downloaded is none."""
    pdfs = [path for path in entries if path.lower().endswith(".pdf")]
    named = [path for path in pdfs if STEPS_ON_PAPER.search(path)]
    for path in pdfs:
        if not named:
            yield Finding(HINT, path, f"it is not handed in; if it is your derivation, call it {rules.DERIVATION}.")
    if not named:
        return
    yield from _take(folder, rules.DERIVATION, named, "", files)
    file = files.get(rules.DERIVATION)
    if file and b"%PDF-" not in file.data[:1024]:
        del files[rules.DERIVATION]
        yield Finding(MUST, file.path.name, "it is not a PDF: export the derivation as a PDF.")
        return
    if file:
        yield from _pdf_findings(file)
    if file and andrew_id and (owner := _owner(file.path.name, rules.DERIVATION)) not in ("", andrew_id):
        yield Finding(MUST, file.path.name, f"it carries the id {owner}, not {andrew_id}: rename it.")


def _pdf_findings(file: File) -> Iterator[Finding]:
    """Yield what will keep a marker from reading the PDF, as far as it shows without a program that draws it."""
    if b"%%EOF" not in file.data[-2048:]:  # where a PDF says that it is whole
        yield Finding(MUST, file.path.name, "it breaks off, so that it may not open: export it again.")
    if b"/Encrypt" in file.data:
        yield Finding(HINT, file.path.name, "it is protected: if it asks for a password, export it without one.")
    if (pages := len(PAGE.findall(file.data))) > rules.MAX_PAGES:
        text = f"it has {pages} pages, and a marker is shown the first {rules.MAX_PAGES}: leave out what is not asked."
        yield Finding(HINT, file.path.name, text)


def decoded(data: bytes) -> tuple[str, str]:
    """Return text written by any editor, with plain line ends, and its encoding if that is not UTF-8."""
    encoding = json.detect_encoding(data)
    try:
        text, odd = data.decode(encoding), "" if encoding.startswith("utf-8") else encoding.upper()
    except UnicodeDecodeError:
        text, odd = data.decode("cp1252", errors="replace"), "Latin-1"
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), odd
