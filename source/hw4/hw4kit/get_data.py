"""Get the data, or make the mini stand-in: `python -m hw4kit.get_data [--labs] [--mini] [--folder DIR]`.

datasets/get_datasets.sh runs this; datasets/manifest.toml lists the files. $HW4_MIRROR may name the address of a folder
that holds the files, used instead of the manifest's addresses and of pip.
"""

import argparse
import errno
import io
import os
import shutil
import sys
from pathlib import Path

from hw4kit.environment import installed_versions, problems, this_machine

# Beside hw4kit in what students get; above source/hw4 in the instructor's course.
MANIFESTS = ("../datasets/manifest.toml", "../../../datasets/manifest.toml")


def main(arguments: list[str] | None = None) -> int:
    """Get the data as the command line says; return 0, or 2 if it could not be done."""
    here = Path(__file__).resolve().parent
    places = [here / name for name in MANIFESTS]
    parser = argparse.ArgumentParser(
        prog="python -m hw4kit.get_data",
        description="Get MNIST and the Treebank, for the two parts and four of the labs.",
    )
    parser.add_argument("--mini", action="store_true", help="make a small stand-in instead, without any network")
    parser.add_argument("--labs", action="store_true", help="get the word vectors of the lab on bias, too (28 MB)")
    parser.add_argument("--folder", type=Path, help="where to put the data (default: datasets/data)")
    parser.add_argument("--manifest", type=Path, help="another list of files (default: datasets/manifest.toml)")
    options = parser.parse_args(arguments)
    manifest = options.manifest or next((place for place in places if place.is_file()), places[0])
    folder = options.folder or manifest.resolve().parent / "data"
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal knows the letters of a path
    return _make_mini(folder) if options.mini else _download(manifest, folder, for_labs=options.labs)


def _make_mini(folder: Path) -> int:
    if _lacks("get_data --mini"):
        return 2
    from hw4kit.mini import make_mini

    try:
        print(f"The mini stand-in is in {make_mini(folder)}: it is not MNIST, the Treebank or a paper's.")
    except OSError as error:
        return _say(f"The mini stand-in could not be made: {error}")
    return 0


def _download(manifest: Path, folder: Path, *, for_labs: bool) -> int:
    if _lacks("get_data"):
        return 2
    from hw4kit.download import AGAIN, CannotDownload, download, read_manifest

    try:
        download(read_manifest(manifest, for_labs=for_labs), folder, os.environ.get("HW4_MIRROR", ""))
    except CannotDownload as error:
        return _say(str(error))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            return _say(f"{folder} cannot be used: {error}.")
        free = shutil.disk_usage(folder).free
        return _say(f"The disk is full: {free:,} bytes are free for {folder}. Make room. {AGAIN}")
    except KeyboardInterrupt:
        return _say(f"Stopped. {AGAIN}")
    print(f"All data is in {folder}, whole and right.")
    return 0


def _lacks(part: str) -> bool:
    """Say which packages a key of `environment.NEEDED` lacks; return whether it lacks any."""
    found = [problem for problem in problems(part, this_machine(), installed_versions()) if problem.blocks]
    for problem in found:
        place = Path(__file__).resolve().parents[1]
        print(f"{problem} (in {place}), or activate the environment of the notebooks.", file=sys.stderr)
    return bool(found)


def _say(text: str) -> int:
    """Print what went wrong, and return the exit code for that."""
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
