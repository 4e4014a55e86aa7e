"""The titles that a PDF states, read without opening it: so a printed notebook is told from other pages.

Programs write the title as text in the file, or in a packed stream of objects. Everything is bounded.
"""

import re
import zlib
from collections.abc import Iterator

LOOKED_AT = 2**20  # bytes at the beginning, where browsers write the title, and at the end, where LaTeX does
MOST_PACKED = 64  # streams of objects that are unpacked; a printed notebook has one to five
MOST_UNPACKED = 2**20  # bytes of each
_TITLE = re.compile(
    rb"/Title\s{0,4}(?:\((?P<text>(?:[^()\\]|\\.){0,400})\)|<(?P<hex>[0-9A-Fa-f\s]{0,1600})>)", re.DOTALL
)
_XMP = re.compile(rb"<dc:title>\s{0,40}<rdf:Alt>\s{0,40}<rdf:li[^<>]{0,80}>(?P<text>[^<]{0,400})<")
_OBJECTS = re.compile(rb"/ObjStm[^>]{0,200}>>\s{0,4}stream\r?\n")


def titles(data: bytes) -> Iterator[str]:
    """Yield each title that the file states. Never raises, whatever the bytes are."""
    data = data if len(data) <= 2 * LOOKED_AT else data[:LOOKED_AT] + data[-LOOKED_AT:]
    yield from _stated(data)
    for number, match in enumerate(_OBJECTS.finditer(data)):
        if number == MOST_PACKED:
            return
        try:
            yield from _stated(zlib.decompressobj().decompress(data[match.end() :], MOST_UNPACKED))
        except zlib.error:
            continue


def _stated(data: bytes) -> Iterator[str]:
    for match in _TITLE.finditer(data):
        if match["hex"] is None:
            yield _decoded(re.sub(rb"\\(.)", rb"\1", match["text"], flags=re.DOTALL))
        else:
            digits = b"".join(match["hex"].split()).decode()
            yield _decoded(bytes.fromhex(digits + "0" * (len(digits) % 2)))
    for match in _XMP.finditer(data):
        yield match["text"].decode("utf-8", errors="replace").strip()


def _decoded(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", errors="replace").strip()
    return raw.decode("latin-1").strip()
