"""What may stay of the outputs that a student saved: text and pictures, nothing that runs in a marker's browser."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

MAX_OUTPUTS = 60  # of one cell; the training cells show about 20 pictures each
MAX_TEXT = 20_000  # characters of one output: 250 full lines, more than anybody reads
MAX_PICTURE = 6 * 2**20  # characters of base64; the largest figure of the homework has 0.4 million
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
CUT = "\n[... cut here ...]"

_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")  # all but tab, newline, return and the colour escape


def cleaned(outputs: list[dict[str, Any]]) -> list[NotebookNode]:
    """Return the outputs of one cell without HTML, scripts, SVG, widgets and metadata, cut to a readable size.

    Args:
        outputs: What the notebook file holds, of any content; see `notebook_file.Cell`.
    """
    kept = [node for output in outputs[:MAX_OUTPUTS] for node in _cleaned(output)]
    if len(outputs) > MAX_OUTPUTS:
        kept.append(stream(f"[{len(outputs) - MAX_OUTPUTS} more outputs are not shown]\n"))
    return kept


def readable(text: Any) -> str:
    """Return printable text of at most MAX_TEXT characters; of a line that was overwritten, its last state."""
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    if not isinstance(text, str):
        return ""
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    shown = _CONTROL.sub("\ufffd", text[:MAX_TEXT])
    return shown if len(text) <= MAX_TEXT else shown + CUT


def stream(text: str, name: str = "stdout") -> NotebookNode:
    """Return an output of text; nbformat's own function would spend more time on checking it than all else takes."""
    return NotebookNode(output_type="stream", name=name, text=text)


def _cleaned(output: dict[str, Any]) -> Iterator[NotebookNode]:
    kind = output["output_type"]
    if kind == "stream":
        yield stream(readable(output.get("text")), "stderr" if output.get("name") == "stderr" else "stdout")
    elif kind == "error":
        traceback = output.get("traceback")
        lines = [line for line in traceback if isinstance(line, str)] if isinstance(traceback, list) else []
        yield NotebookNode(
            output_type="error",
            ename=readable(output.get("ename")),
            evalue=readable(output.get("evalue")),
            traceback=readable("\n".join(lines)).split("\n"),
        )
    else:
        data = NotebookNode(_shown_data(output.get("data")))
        yield NotebookNode(output_type="display_data", data=data, metadata=NotebookNode())


def _shown_data(data: Any) -> dict[str, str]:
    data = data if isinstance(data, dict) else {}
    shown = {kind: picture for kind in PICTURES if (picture := _picture(data.get(kind), PICTURES[kind]))}
    text = readable(data.get("text/plain"))
    if text or shown:
        return {**shown, "text/plain": text}
    return {"text/plain": f"[not shown: {readable(', '.join(map(str, data)))[:200]}]"}


def _picture(value: Any, magic: bytes) -> str:
    """Return clean base64 of a picture of that kind, or nothing: templates paste it into an attribute."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    text = "".join(value.split()) if isinstance(value, str) else ""
    if len(text) > MAX_PICTURE or len(text) % 4 or not _BASE64.fullmatch(text):
        return ""
    return text if base64.b64decode(text[:16]).startswith(magic) else ""
