"""Check your homework and pack it: `python -m handin --check`, then `python -m handin STUDENT_ID`.

It reads the files as they were saved last, changes none of them, and sends nothing. It runs the cells of the notebooks
in a process and a folder of their own, as the grader does. Each line of what it finds begins with "must", which costs
points or is refused, or with "hint". Exit code 0: all is in order. 1: something was found; a zip is packed all the
same. 2: it could not be done.
"""

import argparse
import os
import sys
import time
from pathlib import Path

try:
    from . import asked as assignment
    from . import fresh_run
    from .asked import Asked
    from .check import Run, check
    from .pack import pack, packed_name, wrong_with_id
    from .problems import MUST, Line, Unusable
    from .terminal import outlasting
    from .working_folder import Work, gather
except ModuleNotFoundError as error:  # NumPy or Pillow, as in the Python of a system
    print(f"This Python ({sys.executable}) lacks {error.name}: run handin in the Python of your notebooks, or install")
    print(f"what they need: {sys.executable} -m pip install -r requirements.txt")
    sys.exit(2)

HERE = Path(__file__).resolve().parent
ON_COLAB = "COLAB_RELEASE_TAG"  # an environment variable that is set there


def main(
    arguments: list[str] | None = None, folder: Path = HERE.parent, asked: Asked | None = None, run: Run = fresh_run.run
) -> int:
    """Check and pack as the command line says, and return the exit code.

    Args:
        arguments: The command line.
        folder: Where the homework is; by default where handin is.
        asked: What the homework asks for; by default what the release says.
        run: Runs the cells of a notebook.
    """
    parser = argparse.ArgumentParser(prog="python -m handin", description="Check your homework and pack it.")
    parser.add_argument("student", nargs="?", metavar="student_id", help="pack your work under this id, after checking")
    parser.add_argument("--check", action="store_true", help="only say what is not in order")
    options = parser.parse_args(arguments)
    with outlasting():  # a console may lack letters of yours
        try:
            return _do(options, folder, asked or assignment.load(HERE / assignment.FILE), run)
        except (Unusable, OSError) as error:
            print(error)
        except KeyboardInterrupt:
            print("Stopped: nothing was packed.")
        return 2


def _do(options: argparse.Namespace, folder: Path, asked: Asked, run: Run) -> int:
    student = (options.student or "").lower()
    your_id = f"YOUR_{asked.student_id.upper().replace(' ', '_')}"
    if options.student is None and not options.check:
        print(f"Say what to do: python -m handin --check, or python -m handin {your_id}")
        return 2
    if options.student is not None and (wrong := wrong_with_id(options.student, asked)):
        print(wrong)
        return 2
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # the kit is there
    work = gather(folder, asked, student)
    if any(slot.kind == "notebook" for slot in work.content):
        print("Running your notebooks as the grader does, without training ...", flush=True)
    lines = check(work, asked, run)
    for line in lines:
        print(line)
    if ON_COLAB in os.environ:
        print("The notebooks you see in Colab are in your Drive: download them, and put them here before this.")
    if options.check:
        print(_summary(lines, your_id))
    else:
        _report(work, pack(work, student, asked), student, asked, lines)
    return int(bool(lines))


def _summary(lines: list[Line], your_id: str) -> str:
    musts = sum(line.mark == MUST for line in lines)
    hints = len(lines) - musts
    if musts:
        counts = f"{musts} to correct, {hints} hint{'s' * (hints != 1)}."
        return f'{counts} A line with "must" costs points or is refused: correct it, save, and run this again.'
    counts = f"{hints} hint{'s' * (hints != 1)}." if hints else "All is in order."
    return f"{counts} To pack it: python -m handin {your_id}"


def _report(work: Work, target: Path, student: str, asked: Asked, lines: list[Line]) -> None:
    print(f"Packed {target.name}, {target.stat().st_size / 1000:,.0f} kB, with the files as you saved them last:")
    now = time.time()
    for slot, data in work.content.items():
        saved = _ago(now - work.chosen[slot].modified)
        print(f"  {packed_name(slot, student, asked):<52} {len(data) / 1000:>8,.0f} kB, saved {saved}")
    packed = {slot.path for slot in work.content}
    if optional := [file.name for file in asked.files if not file.required and file.name not in packed]:
        print(f"  (without {', '.join(optional)}, which may be handed in too)")
    if musts := sum(line.mark == MUST for line in lines):
        print(f"It can be submitted, but {musts} of the lines above cost points: correct them and pack again.")
    print(f"Submit this file: {target}")


def _ago(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}{'s' * (seconds >= 2 * length)} ago"
    return "just now"


if __name__ == "__main__":
    sys.exit(main())
