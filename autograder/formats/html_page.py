"""What every HTML page of ours has in common: it loads nothing, runs nothing of a student's, and is written whole."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import jinja2


def content_policy(style: str, script: str = "", *, pictures: bool = False) -> str:
    """Return a Content-Security-Policy that allows these two inline texts and nothing else, from nowhere.

    With `pictures`, those that stand in the page itself are shown.

    Hashes and not nonces: a nonce in a stored file is no secret, and would make equal pages differ.
    """
    scripts = f"script-src {_source_hash(script)}; " if script else ""
    shown = "img-src data:; " if pictures else ""
    return (
        f"default-src 'none'; {scripts}{shown}style-src {_source_hash(style)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def environment(folder: Path) -> jinja2.Environment:
    """Return a Jinja environment for the templates of a folder: it escapes by default, and knows no silent gaps."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_whole(path: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Write a file whole or not at all, and never through a link that lies in its place.

    A lone surrogate, as in a file name of unknown encoding, is written as an escape that JSON reads again.
    """
    data = content.encode(encoding, errors="backslashreplace") if isinstance(content, str) else content
    write_pieces(path, [data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file as `write_whole` does, of pieces that need not all be in memory."""
    with written_whole(path) as file:
        file.writelines(pieces)


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to, which takes the place of `path` in the end; nothing is left of it when that fails."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            yield file
        os.replace(part, path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # when a disk is full, the system does not say which file it was
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _source_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
