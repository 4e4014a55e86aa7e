"""Do the labs show what they say, at full size on the real data, under five seeds? How long do they take?

    HW4_DATA=/path/to/data python bench/labs.py [--quick] [--keep DIR] [LAB ...]

Prints for each lab its time, processor time and memory, each figure of each seed beside the range that the notebook
states, and each step of the argument; a range that leaves a quarter of the seeds' spread on each side is proposed.
Exit code 1 if a figure is outside its range, or a step does not hold.

Every run begins with an empty cache, as a student's first one does; with --keep, networks are kept in that folder, and
the times are then not those of a first run.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from lab_runs import LABS, LabRun, run_lab

SEEDS = (1, 2, 3, 4, 5)
MOST_CORE_S, MOST_MB = 360, 2000  # three minutes on two cores
# Linux counts ru_maxrss in KiB.
USED = """\
import resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"USED {used.ru_utime + used.ru_stime:.1f} {used.ru_maxrss / 1024:.0f}")"""


@dataclass(frozen=True)
class Timed:
    """One run of a lab."""

    seed: int
    run: LabRun
    wall_s: float
    core_s: float
    peak_mb: float


def timed(lab: str, seed: int, data: Path, keep: Path | None) -> Timed:
    """Run a lab at its own size."""
    start = time.perf_counter()
    run = run_lab(lab, {"SEED": seed}, data, cache=keep, last_cell=USED)
    wall_s = time.perf_counter() - start
    (used,) = re.findall(r"^USED ([\d.]+) (\d+)$", run.printed, re.MULTILINE)
    return Timed(seed, run, wall_s, float(used[0]), float(used[1]))


def proposed(values: Sequence[float]) -> str:
    """Return a range with a quarter of the spread left on each side."""
    margin = (max(values) - min(values)) / 4
    return f"{min(values) - margin:.4g} to {max(values) + margin:.4g}"


def faults(lab: str, runs: Sequence[Timed]) -> list[str]:
    """Print what the runs of a lab gave, and return what is not as the notebook says."""
    found: list[str] = []
    for each in runs:
        print(f"{lab}, seed {each.seed}: {each.wall_s:.0f} s, {each.core_s:.0f} s of processors, {each.peak_mb:.0f} MB")
        found += [f"{lab}, seed {each.seed}: {each.core_s:.0f} s of processors"] * (each.core_s > MOST_CORE_S)
        found += [f"{lab}, seed {each.seed}: {each.peak_mb:.0f} MB"] * (each.peak_mb > MOST_MB)
    usual = runs[0].run.results["usual"]
    found += [] if usual else [f"{lab} states no ranges"]
    for key in runs[0].run.figures:
        values = [math.nan if (value := each.run.figures[key]) is None else value for each in runs]
        low, high = usual.get(key, (-math.inf, math.inf))
        outside = [each.seed for each, value in zip(runs, values, strict=True) if not low <= value <= high]
        stated = f"{low:.4g} to {high:.4g}" if key in usual else "no range"
        print(f"  {key:32} {' '.join(f'{value:9.4g}' for value in values)}   {stated:22} proposed {proposed(values)}"
              + ("   OUTSIDE" if outside else ""))  # fmt: skip
        found += [f"{lab}: {key} is outside {stated} with seeds {outside}"] if outside else []
    for key in runs[0].run.holds:
        fails = [each.seed for each in runs if not each.run.holds[key]]
        print(f"  {key:32} {'holds' if not fails else f'FAILS with seeds {fails}'}", flush=True)
        found += [f"{lab}: {key} does not hold with seeds {fails}"] if fails else []
    return found


def main() -> int:
    """Print what the labs gave and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Run the labs at full size on the real data.")
    parser.add_argument("labs", nargs="*", metavar="LAB", help=f"of {', '.join(LABS)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="one seed")
    parser.add_argument("--keep", type=Path, help="a folder for networks, to be used again")
    options = parser.parse_args()
    if not os.environ.get("HW4_DATA"):
        parser.error("HW4_DATA must name the folder of the real data, with the files of get_data --labs")
    seeds, data = SEEDS[:1] if options.quick else SEEDS, Path(os.environ["HW4_DATA"])
    found: list[str] = []
    for lab in options.labs or LABS:
        found += faults(lab, [timed(lab, seed, data, options.keep) for seed in seeds])
    print(json.dumps({"seeds": len(seeds), "faults": found}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
