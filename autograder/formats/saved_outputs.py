"""What may stay of the outputs that a student saved: text and pictures, nothing that runs in a marker's browser."""

import base64
import itertools
import re
from typing import Any

from nbformat import NotebookNode

from .notebook_limits import Room
from .picture_size import points

MAX_OUTPUTS = 60  # of one cell; the training cells show about 20 pictures each
MAX_TEXT = 20_000  # characters of one output: 250 full lines, more than anybody reads
MAX_READ = 1_000_000  # characters of one output that are looked at; the progress bar of a long training has 200,000
MAX_PICTURE = 6 * 2**20  # characters of base64; the largest figure of the homework has 0.4 million
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
CUT = "\n[... cut here ...]"
NO_ROOM = "[not shown: the outputs of this notebook are too large]\n"

_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")  # all but tab, newline, return and the colour escape
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?=[^\r\n])", re.MULTILINE)  # up to the last return that something follows


def cleaned(outputs: list[dict[str, Any]], room: Room | None = None) -> list[NotebookNode]:
    """Return the outputs of one cell without HTML, scripts, SVG, widgets and metadata, cut to a readable size.

    The outputs are of any content, see `notebook_file.Cell`; `room` is what is left of it for the notebook.
    """
    room = room or Room()
    kept: list[NotebookNode] = []
    for number, output in enumerate(outputs):
        if number == MAX_OUTPUTS:
            kept.append(stream(f"[{len(outputs) - MAX_OUTPUTS} more outputs are not shown]\n"))
            break
        node = _cleaned(output, room)
        if not room.takes_text(_text_of(node)):
            kept.append(stream(NO_ROOM))
            break
        kept.append(node)
    return kept


def readable(text: Any) -> str:
    """Return printable text of at most MAX_TEXT characters; of a line that was overwritten, its last state."""
    text = _read(text)
    if "\r" in text:
        text = _OVERWRITTEN.sub("", text).replace("\r", "")
    shown = _CONTROL.sub("\ufffd", text[:MAX_TEXT])
    return shown if len(text) <= MAX_TEXT else shown + CUT


def stream(text: str, name: str = "stdout") -> NotebookNode:
    """Return an output of text; nbformat's own function would spend more time on checking it than all else takes."""
    return NotebookNode(output_type="stream", name=name, text=text)


def _read(text: Any) -> str:
    """Return the text of an output, which notebooks keep whole or as a list of lines."""
    if isinstance(text, list):
        parts = (part for part in text[:MAX_READ] if isinstance(part, str))
        text = "".join(parts)
    return text[:MAX_READ] if isinstance(text, str) else ""


def _text_of(node: NotebookNode) -> str:
    if node.output_type == "stream":
        return str(node.text)
    return "\n".join(node.traceback) if node.output_type == "error" else str(node.data.get("text/plain", ""))


def _cleaned(output: dict[str, Any], room: Room) -> NotebookNode:
    kind = output["output_type"]
    if kind == "stream":
        return stream(readable(output.get("text")), "stderr" if output.get("name") == "stderr" else "stdout")
    if kind == "error":
        traceback = output.get("traceback")
        lines = [line for line in traceback[:MAX_READ] if isinstance(line, str)] if isinstance(traceback, list) else []
        return NotebookNode(
            output_type="error",
            ename=readable(output.get("ename")),
            evalue=readable(output.get("evalue")),
            traceback=readable("\n".join(lines)).split("\n"),
        )
    data = NotebookNode(_shown_data(output.get("data"), room))
    return NotebookNode(output_type="display_data", data=data, metadata=NotebookNode())


def _shown_data(data: Any, room: Room) -> dict[str, str]:
    data = data if isinstance(data, dict) else {}
    pictures = ((kind, _picture(data.get(kind), magic)) for kind, magic in PICTURES.items())
    found = {kind: picture for kind, picture in pictures if picture}
    shown = {kind: picture for kind, picture in found.items() if room.takes_picture(points(base64.b64decode(picture)))}
    text = readable(data.get("text/plain"))
    if len(shown) < len(found):
        return {**shown, "text/plain": "[a picture is not shown: it is too large]"}
    if text or shown:
        return {**shown, "text/plain": text}
    return {"text/plain": f"[not shown: {readable(', '.join(map(str, itertools.islice(data, 20))))[:200]}]"}


def _picture(value: Any, magic: bytes) -> str:
    """Return clean base64 of a picture of that kind, or nothing: templates paste it into an attribute."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str) or len(value) > 2 * MAX_PICTURE:
        return ""
    text = "".join(value.split())
    if len(text) > MAX_PICTURE or len(text) % 4 or not _BASE64.fullmatch(text):
        return ""
    return text if base64.b64decode(text[:16]).startswith(magic) else ""
