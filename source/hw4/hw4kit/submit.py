"""Check your homework and pack it: `python -m hw4kit.submit --check`, then `python -m hw4kit.submit ANDREW_ID`.

It reads the files as they were saved last, changes none of them, and sends nothing. Each line of what it finds begins
with "must", which costs points or is refused, or with "hint". Exit code 0: all is in order. 1: something was found; a
zip is packed all the same. 2: it could not be done.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import time
import zipfile
from pathlib import Path

from . import submission_rules as rules
from .submission_cells import notebook_findings, plot_findings
from .submission_files import Work, gather
from .submission_notebook import Notebook, read_notebook
from .submission_rules import HINT, MUST, Finding
from .submission_sheets import sheet_findings
from .terminal import patient_output

FIRST_DAY, LAST_DAY = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # that a zip can hold
UNSAVED_S = 60  # Jupyter saves within two minutes; files that were copied together differ by seconds
ON_COLAB = "COLAB_RELEASE_TAG"  # an environment variable that is set there


class CannotPack(Exception):
    """There is nothing to pack, or nowhere to put it; the text is one sentence that says what to do."""


def check(work: Work) -> list[Finding]:
    """Return all that is wrong with the homework in a folder, by file."""
    findings = list(work.findings)
    notebooks: dict[str, Notebook | None] = {}
    for name in (f"{name}.ipynb" for name in rules.NOTEBOOKS):
        if (data := work.data(name)) is not None:
            notebooks[name], found = read_notebook(name, data)
            findings += found
            if (notebook := notebooks[name]) is not None:
                findings += notebook_findings(notebook)
    plotter = f"{rules.NOTEBOOKS[-1]}.ipynb"
    if (data := work.data(rules.PLOT)) is not None:
        findings += plot_findings(rules.PLOT, data, notebooks.get(plotter))
        if plotter in work.files and work.files[rules.PLOT].saved > work.files[plotter].saved + UNSAVED_S:
            text = f"it was saved before {rules.PLOT} was written: save the notebook, and run this again."
            findings.append(Finding(HINT, plotter, text))
    for name in (f"answers/{name}.md" for name in rules.SHEETS):
        if (data := work.data(name)) is not None:
            findings += sheet_findings(name, data, rules.DERIVATION in work.files)
    order = [*rules.names_asked_for(), rules.DERIVATION]
    places = {name: place for place, name in enumerate(order)}
    return sorted(findings, key=lambda finding: places.get(finding.where.split(",")[0], len(places)))


def pack(work: Work, andrew_id: str) -> Path:
    """Write <andrew id>_HW4.zip into the folder, whole or not at all, and return its path.

    Raises:
        CannotPack: Neither notebook is there, or the zip cannot be written.
    """
    if not any(f"{name}.ipynb" in work.files for name in rules.NOTEBOOKS):
        raise CannotPack(f"There is no notebook in {work.folder}: keep hw4kit in the folder in which you work.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in work.files.items():
            saved = time.localtime(file.saved)[:6]
            entry = zipfile.ZipInfo(rules.packed_name(name, andrew_id), min(max(saved, FIRST_DAY), LAST_DAY))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.data)
    target = work.folder / f"{rules.archive_name(andrew_id)}.zip"
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.write_bytes(buffer.getvalue())
        os.replace(unfinished, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise CannotPack(f"{target} cannot be written ({error.strerror}): close it, or make room.") from error
    return target


def main(arguments: list[str] | None = None, folder: Path | None = None) -> int:
    """Check and pack as the command line says, and return the exit code.

    Args:
        arguments: The command line.
        folder: Where the homework is; None: where this hw4kit is.
    """
    parser = argparse.ArgumentParser(prog="python -m hw4kit.submit", description="Check your homework and pack it.")
    parser.add_argument("andrew_id", nargs="?", help="pack ANDREW_ID_HW4.zip, after checking")
    parser.add_argument("--check", action="store_true", help="only say what is not in order")
    options = parser.parse_args(arguments)
    with patient_output():  # a Windows console may lack letters of yours
        return _run(options, folder)


def _run(options: argparse.Namespace, folder: Path | None) -> int:
    folder = folder or Path(__file__).resolve().parents[1]
    andrew_id = (options.andrew_id or "").lower()
    if options.andrew_id is None and not options.check:
        print("Say what to do: python -m hw4kit.submit --check, or python -m hw4kit.submit YOUR_ANDREW_ID")
        return 2
    if options.andrew_id is not None and (wrong := rules.wrong_with_id(options.andrew_id)):
        print(wrong)
        return 2
    try:
        work = gather(folder, andrew_id)
        findings = check(work)
        for finding in findings:
            print(finding)
        if ON_COLAB in os.environ:
            print("The notebooks you see in Colab are in your Drive: download them, and put them here before this.")
        if options.check:
            print(_summary(findings))
        else:
            _report(work, pack(work, andrew_id), andrew_id, findings)
    except (CannotPack, OSError) as error:
        print(error)
        return 2
    return int(bool(findings))


def _summary(findings: list[Finding]) -> str:
    musts = sum(finding.mark == MUST for finding in findings)
    hints = len(findings) - musts
    counts = f"{musts} to mend, {hints} hint{'s' * (hints != 1)}."
    if not findings:
        return "All is in order. To pack it: python -m hw4kit.submit YOUR_ANDREW_ID"
    if not musts:
        return f"{counts} To pack it: python -m hw4kit.submit YOUR_ANDREW_ID"
    return f'{counts} A line with "must" costs points or is refused: mend it, save, and run this again.'


def _report(work: Work, target: Path, andrew_id: str, findings: list[Finding]) -> None:
    print(f"Packed {target.name}, {target.stat().st_size / 1000:,.0f} kB, with the files as you saved them last:")
    now = time.time()
    for name, file in work.files.items():
        saved = _ago(now - file.saved)
        print(f"  {rules.packed_name(name, andrew_id):<52} {len(file.data) / 1000:>8,.0f} kB, saved {saved}")
    if rules.DERIVATION not in work.files:
        print(f"  (no PDF; steps on paper would go in as {rules.DERIVATION})")
    musts = sum(finding.mark == MUST for finding in findings)
    if musts:
        print(f"It can be submitted, but {musts} of the lines above cost points: mend them and pack again.")
    print(f"Submit this file on Canvas: {target}")


def _ago(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}{'s' * (seconds >= 2 * length)} ago"
    return "just now"


if __name__ == "__main__":
    sys.exit(main())
