"""Bring one file over the network into NAME.part, going on from what is there already."""

import http.client
import os
import shutil
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hw4kit.progress import Progress

TIMEOUT_S = 30  # of silence; slow lines trickle, dead ones say nothing
TRIES = 5  # for one address, as long as each brings something new
MOST_BYTES = 50_000_000  # of a file whose size is not known; the only one, the Treebank's zip, has about 6 million
CHUNK_BYTES = 1 << 16
AGAIN = "Run the same command again: it goes on from where it stopped."
WEB_PAGE = (
    "it answered with a web page instead of the file, as the login page of a network does: "
    "open a browser, log in there, then come back"
)


class CannotGet(Exception):
    """The data cannot be had; the text says what, why and what to do."""


class Interrupted(Exception):
    """An address did not deliver; the text says why. Another try or another address may."""


def fetch(addresses: tuple[str, ...], part: Path, size: int, wrong_with: Callable[[Path], str]) -> None:
    """Complete `part` from the first address that can.

    Args:
        addresses: Where the file is; tried in this order.
        part: Where to put it; what an earlier run has left there is completed.
        size: How long the whole file is, in bytes; 0: not known.
        wrong_with: Says what is wrong with a complete file; nothing if it is right.

    Raises:
        CannotGet: None of them could; `part` then holds what has arrived, unless that was wrong.
    """
    reason = ""
    for address in addresses:
        print(f"Getting {address}", flush=True)
        for _ in range(TRIES):
            before = _size(part)
            try:
                _transfer(address, part, size)
            except Interrupted as error:
                reason = str(error)
                if before < _size(part):
                    continue  # it broke off on the way: go on from there
                break
            reason = wrong_with(part)
            if not reason:
                return
            reason = f"what came from there {reason}"
            part.unlink()
            if not before:
                break  # from start to end, and wrong; otherwise the old part may have been at fault
        print(f"  {reason}", flush=True)
    name = part.name.removesuffix(".part")
    raise CannotGet(f"{name} could not be had ({reason}). {AGAIN} Or use --mini, which needs no network.")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _transfer(address: str, part: Path, size: int) -> None:
    """Append to `part` what is missing from it; raise Interrupted if the address does not deliver that."""
    have = _size(part)
    most = size or MOST_BYTES
    if have >= most:
        return  # all has come earlier: the check of the part will tell
    answer = _ask(address, have)
    if answer is None:
        return
    with answer:
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends the whole file again
        chunk = _next_chunk(answer)
        if answer.headers.get_content_type() == "text/html" or (not have and _is_web_page(chunk)):
            raise Interrupted(WEB_PAGE)
        total = size if answer.length is None else have + len(chunk) + answer.length
        if total > most or total < size:
            raise Interrupted(f"it offers {total:,} bytes instead of {most:,}")
        progress = Progress(total, "bytes", have) if total else None
        with open(part, "ab" if have else "wb") as stream:
            while chunk and have <= most:
                stream.write(chunk)
                have += len(chunk)
                if progress:
                    progress.update(have)
                chunk = _next_chunk(answer)
    if have < total:
        raise Interrupted(f"the connection broke off after {have:,} of {total:,} bytes")


def _ask(address: str, have: int) -> http.client.HTTPResponse | None:
    """Return the answer to a request for what follows the first `have` bytes; None if nothing follows them."""
    headers = {"User-Agent": "hw4kit"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        answer = urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # "range not satisfiable"
            return None
        raise Interrupted(f"the server answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Interrupted(_plainly(error)) from error
    if not isinstance(answer, http.client.HTTPResponse):
        raise Interrupted("it is not an address that begins with http")
    return answer


def _next_chunk(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(_plainly(error)) from error


def _is_web_page(beginning: bytes) -> bool:
    return any(mark in beginning[:512].lower() for mark in (b"<html", b"<!doctype"))


def _plainly(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return "its name is not known here: is there a network?"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            "its certificate is not accepted: a login page of the network, a wrong clock, or (on a Mac, with Python "
            "from python.org) certificates that are not installed: run Install Certificates.command"
        )
    if isinstance(cause, TimeoutError):
        return f"it said nothing for {TIMEOUT_S} s"
    if isinstance(cause, ConnectionRefusedError):
        return "it refused the connection"
    if isinstance(cause, (ConnectionError, http.client.HTTPException)):
        return "the connection broke off"
    return f"there is no way there ({cause})"


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Keep a second run out of the folder: two that append to one .part would spoil what one of them finishes."""
    lock = folder / ".getting"
    if _is_left_over(lock):
        shutil.rmtree(lock)
    try:
        lock.mkdir()
    except FileExistsError:
        text = f"Another run is at work in {folder}. If none is, remove the folder {lock} and try again."
        raise CannotGet(text) from None
    try:
        (lock / "pid").write_text(f"{os.getpid()}\n")
        yield
    finally:
        shutil.rmtree(lock, ignore_errors=True)


def _is_left_over(lock: Path) -> bool:
    """Return whether the run that made the lock has ended without removing it."""
    if os.name != "posix":
        return False  # elsewhere os.kill(pid, 0) does not ask but kill
    try:
        os.kill(int((lock / "pid").read_text()), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False
