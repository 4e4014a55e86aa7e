"""What may stay of the outputs that a student saved: text and pictures, nothing that runs in a marker's browser."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

MAX_OUTPUTS = 60  # of one cell; the training cells show about 20 pictures each
MAX_TEXT = 20_000  # characters of one output: 250 full lines, more than anybody reads
MAX_PICTURE_BYTES = 4 * 2**20  # the largest figure of the homework has 0.3 MB
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
CUT = "\n[... cut here ...]"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")  # all but tab, newline, return and the colour escape


def cleaned(outputs: list[dict[str, Any]]) -> list[NotebookNode]:
    """Return the outputs of one cell without HTML, scripts, SVG, widgets and metadata, cut to a readable size.

    Args:
        outputs: What the notebook file holds, of any content; see `notebook_file.Cell`.
    """
    kept = [node for output in outputs[:MAX_OUTPUTS] for node in _cleaned(output)]
    if len(outputs) > MAX_OUTPUTS:
        kept.append(_stream(f"[{len(outputs) - MAX_OUTPUTS} more outputs are not shown]\n"))
    return kept


def readable(text: Any) -> str:
    """Return printable text of at most MAX_TEXT characters; of a line that was overwritten, its last state."""
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    if not isinstance(text, str):
        return ""
    shown = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    shown = _CONTROL.sub("\ufffd", shown)
    return shown if len(shown) <= MAX_TEXT else shown[:MAX_TEXT] + CUT


def _cleaned(output: dict[str, Any]) -> Iterator[NotebookNode]:
    kind = output["output_type"]
    if kind == "stream":
        yield _stream(readable(output.get("text")), "stderr" if output.get("name") == "stderr" else "stdout")
    elif kind == "error":
        traceback = output.get("traceback")
        lines = [line for line in traceback if isinstance(line, str)] if isinstance(traceback, list) else []
        yield new_output(
            "error",
            ename=readable(output.get("ename")),
            evalue=readable(output.get("evalue")),
            traceback=readable("\n".join(lines)).split("\n"),
        )
    else:
        yield new_output("display_data", data=_shown_data(output.get("data")))


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
    if not isinstance(value, str) or len(value) > MAX_PICTURE_BYTES * 3 // 2:
        return ""
    try:
        picture = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(picture).decode() if picture.startswith(magic) else ""


def _stream(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)
