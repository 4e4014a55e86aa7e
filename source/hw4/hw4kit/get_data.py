"""Download MNIST and the Treebank: `python -m hw4kit.get_data [--mini] [--folder DIR]`.

The same as datasets/get_datasets.sh, for machines without a shell; both read datasets/manifest.toml. A file gets its
name only when all of it is there and its sha256 is right; until then it is called NAME.part, and the next run goes on
from there. $HW4_MIRROR may name the address of a folder that holds the files, used instead of the manifest's addresses.
"""

import argparse
import errno
import hashlib
import json
import os
import shutil
import sys
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hw4kit.terminal import patient_output
from hw4kit.transfer import AGAIN, CHUNK_BYTES, CannotGet, fetch, only_run

# Beside hw4kit in what students get; above source/hw4 in the instructor's course.
MANIFESTS = ("../datasets/manifest.toml", "../../../datasets/manifest.toml")


@dataclass(frozen=True)
class Wanted:
    """One [[file]] of the manifest, whose heading says what the fields mean."""

    path: str
    size: int
    sha256: str
    addresses: tuple[str, ...]
    member: str = ""

    @property
    def last_name(self) -> str:
        """The name of what the addresses lead to: the file itself, or the zip that holds it."""
        return PurePosixPath(self.addresses[0]).name


def read_manifest(path: Path) -> list[Wanted]:
    """Return the files that the manifest lists.

    Raises:
        CannotGet: There is no manifest, or it is not in the form that its heading describes.
    """
    tables: list[dict] = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            key, equals, value = line.partition(" = ")
            if line == "[[file]]":
                tables.append({})
            elif equals and not line.startswith("#"):
                tables[-1][key] = json.loads(value)
        files = [Wanted(**{**table, "addresses": tuple(table["addresses"])}) for table in tables]
    except OSError as error:
        raise CannotGet(f"The list of files cannot be read: {error}. Is the datasets folder complete?") from error
    except (ValueError, LookupError, TypeError) as error:
        raise CannotGet(f"{path} is not in the form that its heading describes ({error}).") from error
    if not files:
        raise CannotGet(f"{path} lists no file: it is not in the form that its heading describes.")
    for file in files:
        if PurePosixPath(file.path).is_absolute() or ".." in file.path:
            raise CannotGet(f"{path} names a file outside the data folder: {file.path}.")
    return files


def get_all(files: Sequence[Wanted], folder: Path, mirror: str = "") -> None:
    """Bring every file into the folder; those that are there and right are left alone.

    Args:
        files: What is wanted.
        folder: The data folder; it is created if need be.
        mirror: If given, the address of a folder that holds the files and the zip, used instead of their own addresses.

    Raises:
        CannotGet: Some file could not be had. What is in the folder under its own name is whole and right.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with only_run(folder):
            for file in files:
                _get_one(file, folder, mirror)
            for file in files:
                if file.member:
                    (folder / file.last_name).unlink(missing_ok=True)
            (folder / "MINI").unlink(missing_ok=True)  # nothing is left of a mini stand-in
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(folder).free
            raise CannotGet(f"The disk is full: {free:,} bytes are free for {folder}. Make room. {AGAIN}") from error
        raise CannotGet(f"{folder} cannot be used: {error}.") from error


def _get_one(file: Wanted, folder: Path, mirror: str) -> None:
    target = folder / file.path
    if target.is_file():
        wrong = _wrong_with(target, file)
        if not wrong:
            print(f"{file.path}: is there and right")
            return
        if (folder / "MINI").is_file():
            wrong = "is of the mini stand-in"
        print(f"{file.path}: is there, but {wrong}; it will be replaced")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    addresses = (f"{mirror.rstrip('/')}/{file.last_name}",) if mirror else file.addresses
    if file.member:
        archive = folder / file.last_name
        if not archive.is_file() or _wrong_with_zip(archive):
            zip_part = archive.with_name(archive.name + ".part")
            fetch(addresses, zip_part, 0, _wrong_with_zip)
            zip_part.replace(archive)
        _take_out(file, archive, part)
    else:
        fetch(addresses, part, file.size, lambda path: _wrong_with(path, file))
    part.replace(target)
    print(f"{file.path}: done, {file.size:,} bytes, sha256 right", flush=True)


def _wrong_with(path: Path, file: Wanted) -> str:
    """Return what is wrong with the file's bytes, or nothing."""
    if path.stat().st_size != file.size:
        return f"has {path.stat().st_size:,} bytes instead of {file.size:,}"
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return "" if digest.hexdigest() == file.sha256 else "has altered bytes: the size is right, the sha256 is not"


def _wrong_with_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        return f"is no whole zip file ({error})"
    return f"is damaged at {damaged}" if damaged else ""


def _take_out(file: Wanted, archive: Path, part: Path) -> None:
    """Write a member of the zip to `part`; a zip that does not hold what the manifest promises is removed."""
    with zipfile.ZipFile(archive) as opened:
        wrong = "" if file.member in opened.namelist() else "is not in it"
        if not wrong:
            with opened.open(file.member) as source:
                part.write_bytes(source.read(file.size + 1))  # never more, whatever the zip unpacks to
            wrong = _wrong_with(part, file)
    if wrong:
        part.unlink(missing_ok=True)
        archive.unlink()
        raise CannotGet(f"{archive.name} is not the expected one: {file.member} {wrong}. Tell your instructor.")


def main(arguments: list[str] | None = None) -> int:
    """Get the data as the command line says; return 0, or 2 if it could not be done."""
    here = Path(__file__).resolve().parent
    places = [here / name for name in MANIFESTS]
    parser = argparse.ArgumentParser(prog="python -m hw4kit.get_data", description="Get MNIST and the Treebank.")
    parser.add_argument("--mini", action="store_true", help="make a small stand-in instead, without any network")
    parser.add_argument("--folder", type=Path, help="where to put the data (default: datasets/data)")
    parser.add_argument("--manifest", type=Path, help="another list of files (default: datasets/manifest.toml)")
    options = parser.parse_args(arguments)
    with patient_output():
        return _run(options, places)


def _run(options: argparse.Namespace, places: Sequence[Path]) -> int:
    manifest = options.manifest or next((place for place in places if place.is_file()), places[0])
    folder = options.folder or manifest.resolve().parent / "data"
    try:
        if options.mini:
            from hw4kit.mini import make_mini  # needs NumPy, which downloading does not

            print(f"The mini stand-in is in {make_mini(folder)}: it is not MNIST and not the Treebank.")
        else:
            get_all(read_manifest(manifest), folder, os.environ.get("HW4_MIRROR", ""))
            print(f"All data is in {folder}, whole and right.")
    except (CannotGet, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"Stopped. {AGAIN}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
