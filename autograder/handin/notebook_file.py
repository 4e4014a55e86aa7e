"""A submitted notebook, read from untrusted bytes: any encoding, any format version, any damage."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from .due_line import without_line
from .limits import MAX_BYTES
from .problems import Finding, Level, Unusable

MAX_CELLS = 5_000  # the homework has about 80
MAX_CONTAINERS = 1_000_000  # lists and objects; each costs 60 to 240 bytes of memory for 3 bytes of file or more
# Commas, so values: each costs at most about 70 bytes of memory for 5 bytes of file, and 0.6 us as a key of an object.
MAX_VALUES = 2_000_000
MAX_DEPTH = 40  # of metadata and outputs; plotly, the deepest seen, needs about 15
MAX_ID = 128  # characters of a grade_id; ours have at most 30
OUTPUT_TYPES = ("stream", "display_data", "execute_result", "error")
CELL_TYPES = ("code", "markdown", "raw")
SAVE_AGAIN = "open it in Jupyter, save it and send it again"
CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
BROKEN_OFF = re.compile(r"[-\\\w]{0,6}\s*\Z")  # at most the start of a literal, a number or an escape is left
PYTHON_LINE = re.compile(r"^(?:#|import |from |def |class |print\(|@|%|[A-Za-z_]\w* = )", re.MULTILINE)
VERSION = re.compile(r"\d{1,2}\.\d{1,3}(?:\.\w{1,8})?", re.ASCII)
MAGIC = {b"PK\x03\x04": "a zip archive", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\x1f\x8b": "a gzip archive"}


@dataclass(frozen=True)
class Cell:
    """One cell; every field has the type that it states, whatever the file held there."""

    cell_type: str  # "code", "markdown" or "raw"
    source: str  # without the line that says when the homework is due
    grade_id: str | None = None
    _raw: dict[str, Any] = field(default_factory=dict, repr=False)  # as the file has it

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the file says of the cell."""
        return _plain(_object(self._raw.get("metadata")))  # type: ignore[no-any-return]

    @cached_property
    def outputs(self) -> list[dict[str, Any]]:
        """What the cell showed; few who read a notebook look at it, and to put it in order takes half of the time."""
        return list(_outputs(self._raw.get("outputs")))

    @property
    def attachments(self) -> dict[str, Any]:
        """What was pasted into the cell, by name: an object of contents by kind, in base64."""
        return {_encodable(name): kinds for name, kinds in _object(self._raw.get("attachments")).items()}

    @property
    def execution_count(self) -> int | None:
        """When it was run, None if it was not."""
        count = self._raw.get("execution_count")
        return count if type(count) is int else None

    @cached_property
    def printed(self) -> str:
        """The text that it printed."""
        return "".join(_joined(out.get("text")) for out in self.outputs if out["output_type"] == "stream")

    @cached_property
    def shown(self) -> str:
        """The text that it displayed and printed, the progress bar among it."""
        data = [output["data"] for output in self.outputs if isinstance(output.get("data"), dict)]
        return "\n".join([*(_joined(each.get("text/plain")) for each in data), self.printed])

    @property
    def pictures(self) -> list[str]:
        """The PNG pictures that it showed, in base64."""
        data = [output["data"] for output in self.outputs if isinstance(output.get("data"), dict)]
        return [_joined(each["image/png"]) for each in data if "image/png" in each]


@dataclass(frozen=True)
class NotebookFile:
    """The readable part of a submitted notebook, and what was unusual about it."""

    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...] = ()
    python: str = ""  # the version that it was run with; "" where the file does not say one


@lru_cache(maxsize=4)  # three modules look at a notebook while its submission is recorded; nobody changes what it gets
def read(data: bytes) -> NotebookFile:
    """Read the bytes of a submitted notebook.

    Raises:
        Unusable: Nothing can be read; the text is one sentence that says what is wrong and what to do. No
            other exception leaves this function, whatever the bytes are.
    """
    notes: list[Finding] = []
    content = _parse(_decode(data, notes), notes)
    raw_cells = _raw_cells(content, notes)
    if len(raw_cells) > MAX_CELLS:
        raise Unusable(
            f"The notebook has {len(raw_cells):,} cells, the limit is {MAX_CELLS:,}: delete the ones you do not need."
        )
    cells = tuple(_cell(raw, notes) for raw in raw_cells if isinstance(raw, dict))
    if len(cells) < len(raw_cells):
        notes.append(Finding(Level.WARNING, f"{len(raw_cells) - len(cells)} entries of the notebook are not cells."))
    if conflicts := [str(number) for number, cell in enumerate(cells, start=1) if CONFLICT.search(cell.source)]:
        shown = ", ".join(conflicts[:5])
        notes.append(Finding(Level.WARNING, f"The notebook has an unresolved merge conflict in cell {shown}."))
    notes += _odd_metadata(content)
    return NotebookFile(cells, tuple(dict.fromkeys(notes)), _python(content))


def to_bytes(cells: Iterable[Cell]) -> bytes:
    """Return a notebook of these cells as a file. Raises Unusable when one of them cannot be written."""
    content = {"cells": [cell._raw for cell in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    try:
        return json.dumps(content).encode()
    except RecursionError:
        raise Unusable(f"The notebook is nested too deeply to be read: {SAVE_AGAIN}.") from None


def is_as_released(cell: Cell) -> bool:
    """Whether a given cell has the checksum that the release put into it, or none."""
    return _checksum(cell) is None or is_untouched(cell)


def is_released_text(cell: Cell, released: str) -> bool:
    """Whether a cell says nothing but what a release put there: this one, or the one that its checksum is of."""
    return cell.source.split() == released.split() or is_untouched(cell)


def is_untouched(cell: Cell) -> bool:
    """Whether a cell has the checksum that the release put into it (as nbgrader computes it)."""
    if (stated := _checksum(cell)) is None:
        return False
    marks = _object(cell.metadata.get("nbgrader"))
    grade, solution = bool(marks.get("grade")), bool(marks.get("solution"))
    locked = not solution and (grade or bool(marks.get("locked")))
    parts = [
        _joined(cell._raw.get("source")),
        cell.cell_type,
        str(grade),
        str(solution),
        str(locked),
        cell.grade_id or "",
    ]
    if grade:
        points = marks.get("points")
        parts.append(str(float(points)) if isinstance(points, (int, float)) else "")
    return stated == hashlib.md5("".join(parts).encode("utf-8", errors="replace"), usedforsecurity=False).hexdigest()


def _checksum(cell: Cell) -> Any:
    return _object(cell.metadata.get("nbgrader")).get("checksum")


def decode_text(data: bytes) -> tuple[str, str | None]:
    """Return text written by any editor, with plain line ends, and the encoding if it is not UTF-8."""
    encoding = json.detect_encoding(data)  # by byte-order mark or by the zero bytes of UTF-16 and UTF-32
    try:
        text, odd = data.decode(encoding), None if encoding.startswith("utf-8") else encoding.upper()
    except UnicodeDecodeError:
        text, odd = data.decode("cp1252", errors="replace"), "Latin-1"  # what Windows editors mean by it
    return _plain_text(text.removeprefix("\ufeff")), odd


def _decode(data: bytes, notes: list[Finding]) -> str:
    if len(data) > MAX_BYTES["notebook"]:
        raise Unusable(
            f"The notebook has {len(data) / 2**20:.0f} MiB, the limit is {MAX_BYTES['notebook'] // 2**20} MiB: "
            "clear large outputs and send it again."
        )
    if not data.strip(b"\0 \t\r\n"):
        raise Unusable(f"The notebook file is empty: {SAVE_AGAIN}.")
    for magic, kind in MAGIC.items():
        if data.startswith(magic):
            raise Unusable(f"The file is {kind}, not a notebook: send the .ipynb file.")
    text, odd_encoding = decode_text(data)
    if odd_encoding:
        notes.append(Finding(Level.INFO, f"The notebook is saved as {odd_encoding}, not as UTF-8."))
    if text.count("[") + text.count("{") > MAX_CONTAINERS or text.count(",") > MAX_VALUES:
        raise Unusable("The notebook has millions of values: clear all outputs and send it again.")
    return text


def _parse(text: str, notes: list[Finding]) -> dict[str, Any]:
    """Parse the JSON text, or say in one sentence why it is not a notebook."""
    repaired: set[str] = set()

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            repaired.add("The notebook repeats a key of an object; the last value counts.")
        return found

    def constant(_: str) -> None:
        repaired.add("The notebook has NaN or Infinity, which JSON does not allow; they were removed.")

    def whole_number(digits: str) -> int | float:
        return int(digits) if len(digits) < 20 else float(digits)  # int() refuses 4,300 digits and more

    decoder = json.JSONDecoder(object_pairs_hook=unique, parse_constant=constant, parse_int=whole_number)
    start = len(text) - len(text.lstrip())
    try:
        content, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise Unusable(_diagnosis(text, error)) from None
    except RecursionError:
        raise Unusable(f"The notebook is nested too deeply to be read: {SAVE_AGAIN}.") from None
    if not isinstance(content, dict):
        raise Unusable("The file is not a notebook: send the .ipynb file that you worked in.")
    if text[end:].strip("\0 \t\r\n"):
        repaired.add("The notebook file has extra text after its end, which was ignored.")
    notes.extend(Finding(Level.WARNING, sentence) for sentence in sorted(repaired))
    return content


def _diagnosis(text: str, error: json.JSONDecodeError) -> str:
    head = text.lstrip()
    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return f"The notebook has an unresolved merge conflict at line {line}: choose one side, then {SAVE_AGAIN}."
    if head.startswith("<"):
        return "The file is a web page, not a notebook: download the notebook itself (.ipynb) and send that."
    if not head.startswith("{"):
        if PYTHON_LINE.search(text[:100_000]):
            return "The file is a Python script, not a notebook: send the .ipynb file that you worked in."
        return "The file is not a notebook: send the .ipynb file that you worked in."
    if BROKEN_OFF.match(text, error.pos) or error.msg.startswith("Unterminated string"):
        return f"The notebook ends too early, at line {error.lineno} (saved only partly?): {SAVE_AGAIN}."
    return f"The notebook is damaged at line {error.lineno} ({error.msg.lower()}): {SAVE_AGAIN}."


def _raw_cells(content: dict[str, Any], notes: list[Finding]) -> list[Any]:
    """Return the cells of format 4 and later, or of the worksheets of formats 2 and 3."""
    version = content.get("nbformat")
    if isinstance(version, int) and not isinstance(version, bool) and version > 4:
        notes.append(Finding(Level.WARNING, f"The notebook is in format {version}, newer than this grader knows."))
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")
    if isinstance(sheets, list):
        notes.append(Finding(Level.INFO, "The notebook is in an old format (3 or earlier); its outputs are not shown."))
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [_upgraded(cell) for cells in lists if isinstance(cells, list) for cell in cells]
    raise Unusable("The file has no notebook cells: send the .ipynb file that you worked in.")


def _upgraded(cell: Any) -> Any:
    """Bring a cell of format 3 to the keys of format 4."""
    if not isinstance(cell, dict):
        return cell
    cell = {key: value for key, value in cell.items() if key != "outputs"}
    if "input" in cell:
        cell.setdefault("source", cell["input"])
    if cell.get("cell_type") == "heading":
        level = cell.get("level")
        marks = "#" * level if isinstance(level, int) and 1 <= level <= 6 else "#"
        cell.update(cell_type="markdown", source=f"{marks} {_joined(cell.get('source'))}")
    return cell


def _cell(raw: dict[str, Any], notes: list[Finding]) -> Cell:
    cell_type = raw.get("cell_type")
    if cell_type not in CELL_TYPES:  # also a list or an object, which compare unequal to every string
        cell_type = "code" if "outputs" in raw or "execution_count" in raw else "raw"
        notes.append(Finding(Level.WARNING, f"A cell without a known type was read as {cell_type}."))
    grade_id = _object(_object(raw.get("metadata")).get("nbgrader")).get("grade_id")
    return Cell(
        cell_type=cell_type,
        source=without_line(_joined(raw.get("source"))),
        grade_id=_encodable(grade_id) if isinstance(grade_id, str) and 0 < len(grade_id) <= MAX_ID else None,
        _raw=raw,
    )


def _joined(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    return _plain_text("".join([line for line in lines if isinstance(line, str)]))


def _outputs(outputs: Any) -> Iterator[dict[str, Any]]:
    for output in outputs if isinstance(outputs, list) else []:
        if isinstance(output, dict) and output.get("output_type") in OUTPUT_TYPES:
            yield _plain(output)


def _plain(value: Any, depth: int = 0) -> Any:
    """Copy JSON data with text that can be encoded; what lies deeper than MAX_DEPTH becomes None."""
    kind = type(value)  # json makes no others; isinstance would take half of the time of reading a class
    if kind is str:
        return value if value.isascii() else _encodable(value)
    if kind is not list and kind is not dict:
        return value
    if depth >= MAX_DEPTH:
        return None
    if kind is list:
        return [_plain(entry, depth + 1) for entry in value]
    return {_encodable(key): _plain(entry, depth + 1) for key, entry in value.items()}


def _plain_text(text: str) -> str:
    return _encodable(text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)


def _encodable(text: str) -> str:
    """Replace the halves of surrogate pairs, which JSON can spell and no file can hold."""
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode("utf-8")


def _odd_metadata(content: dict[str, Any]) -> Iterator[Finding]:
    metadata = _object(content.get("metadata"))
    spec, info = _object(metadata.get("kernelspec")), _object(metadata.get("language_info"))
    language = _short(spec.get("language")) or _short(info.get("name"))
    if language and "python" not in language.lower():
        yield Finding(Level.WARNING, f"The notebook was saved with a kernel for {language}, not for Python.")
    if "colab" in metadata:
        yield Finding(Level.INFO, "The notebook was saved by Google Colab.")


def _python(content: dict[str, Any]) -> str:
    """Return the version of Python that the notebook was run with, as Jupyter saves it."""
    info = _object(_object(content.get("metadata")).get("language_info"))
    version = _short(info.get("version"))
    return version if info.get("name") == "python" and VERSION.fullmatch(version) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _short(value: Any) -> str:
    return "".join(c for c in _encodable(value[:60]) if c.isprintable()) if isinstance(value, str) else ""
