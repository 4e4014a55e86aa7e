"""Pictures in written answers: attached to a cell, written into the text itself, or files that the text names.

Nothing here looks into a picture: a confined process does that, before anybody sees it.
"""

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from .limits import MAX_BYTES, too_large
from .notebook_file import Cell, decode_text
from .problems import Unusable

MOST = 8  # of one answer
ENDINGS = {"png": ".png", "jpeg": ".jpg", "jpg": ".jpg"}  # by kind, of what is shown
NOT_SHOWN = "(a picture that is not shown)"
_DATA = re.compile(r"data:image/(?P<kind>[a-z0-9.+-]{1,20})(?:;[a-z0-9=-]{1,30}){0,3};base64,(?P<data>[A-Za-z0-9+/=]*)")
_LABELLED = re.compile(r"!\[(?P<text>[^\[\]\n]{0,200})\]\[(?P<label>[^\[\]\n]{0,80})\]")
_TARGET = re.compile(
    r"^ {0,3}\[(?P<label>[^\[\]\n]{1,80})\]:[ \t]{0,8}<?(?P<target>[^\s<>]{1,300})>?.{0,200}$", re.MULTILINE
)
_NAMED = (
    re.compile(r"!\[[^\[\]\n]{0,200}\]\(\s{0,4}<?(?P<name>[^()<>\"\n]{1,300})"),
    re.compile(r"!\[\[(?P<name>[^\[\]|\n]{1,300})"),
    re.compile(r"<img\s[^<>]{0,300}?src\s?=\s?[\"']?(?P<name>[^\"'<>\n]{1,300})", re.IGNORECASE),
)
_WEB = re.compile(r"https?://|//", re.IGNORECASE)


class Picture(NamedTuple):
    """One picture of an answer, in bytes that nobody has looked at."""

    name: str
    data: bytes


class SheetText(NamedTuple):
    """A sheet as it is read: its text, with names in the place of the pictures that were written into it."""

    text: str
    encoding: str | None  # if it is not UTF-8
    pictures: tuple[Picture, ...] = ()


def read_sheet(name: str, data: bytes) -> SheetText:
    """Return what a submitted sheet holds. Raises Unusable when it has too much text even without its pictures."""
    text, encoding = decode_text(data)
    text, pictures = taken_out(text, name)
    if len(text) > MAX_BYTES["sheet"]:
        raise Unusable(too_large(f"{name}.md", MAX_BYTES["sheet"]))
    return SheetText(_with_targets(text), encoding, pictures)


def taken_out(text: str, name: str) -> tuple[str, tuple[Picture, ...]]:
    """Return a text with names, made of `name`, in the place of the pictures that it holds, and these pictures."""
    pictures: list[Picture] = []

    def named(match: re.Match[str]) -> str:
        data, ending = _bytes(match["data"]), ENDINGS.get(match["kind"])
        if not data or not ending:
            return NOT_SHOWN
        pictures.append(Picture(f"{name}-picture-{len(pictures) + 1}{ending}", data))
        return pictures[-1].name

    return _DATA.sub(named, text), tuple(pictures)


def attached(cell: Cell) -> Iterator[Picture]:
    """Yield the pictures that Jupyter attached to a cell when they were pasted."""
    for name, kinds in cell.attachments.items():
        for kind, content in kinds.items() if isinstance(kinds, dict) else ():
            is_picture = kind.removeprefix("image/") in ENDINGS and isinstance(content, str)
            if is_picture and (data := _bytes("".join(content.split()))):
                yield Picture(name, data)


def names_in(text: str) -> list[str]:
    """Return the names of the files that a text shows as pictures, without folders, in order."""
    found = sorted((match.start(), match["name"]) for pattern in _NAMED for match in pattern.finditer(text))
    local = (_file_name(target) for _, target in found if not _WEB.match(target.strip()))
    return [*dict.fromkeys(name for name in local if name)]


def on_the_web(text: str) -> list[str]:
    """Return the addresses of pictures that a text shows from the web."""
    return [
        match["name"] for pattern in _NAMED for match in pattern.finditer(text) if _WEB.match(match["name"].strip())
    ]


def shown_in(text: str, files: Mapping[str, bytes], own: Collection[Picture] = ()) -> tuple[list[Picture], list[str]]:
    """Return the pictures of an answer, and the names of those that are not there.

    Args:
        text: The answer.
        files: What was handed in beside it, by path.
        own: Pictures that the answer brings itself.
    """
    by_name = {path.rpartition("/")[2].casefold(): Picture(path.rpartition("/")[2], files[path]) for path in files}
    by_name |= {picture.name.casefold(): picture for picture in own}
    names = names_in(text)
    found = [by_name[name.casefold()] for name in names if name.casefold() in by_name]
    found += [picture for picture in own if picture not in found]
    return found[:MOST], [name for name in names if name.casefold() not in by_name]


def _bytes(in_base64: str) -> bytes:
    try:
        return base64.b64decode(in_base64, validate=True) if len(in_base64) <= 2 * MAX_BYTES["other"] else b""
    except (binascii.Error, ValueError):
        return b""


def _with_targets(text: str) -> str:
    """Return the text with names in the place of labels, as other programs write `![][image1]`, and none at its end."""
    used = {match["label"] or match["text"] for match in _LABELLED.finditer(text)}
    targets = {match["label"]: match["target"] for match in _TARGET.finditer(text) if match["label"] in used}

    def named(match: re.Match[str]) -> str:
        target = targets.get(match["label"] or match["text"])
        return f"![{match['text']}]({target})" if target else match[0]

    text = _TARGET.sub(lambda match: "" if match["label"] in targets else match[0], text) if targets else text
    return _LABELLED.sub(named, text)


def _file_name(target: str) -> str:
    return unquote(target.strip().removeprefix("attachment:")).replace("\\", "/").rpartition("/")[2].strip()
