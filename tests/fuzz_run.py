"""Fuzz everything that reads bytes of strangers, for a given time: `python tests/fuzz_run.py --seconds 600`.

Hypothesis damages honest files and makes odd ones; atheris (libFuzzer) keeps what reaches new lines and goes on from
there. Where atheris is not installed, hypothesis does all of it. Each engine has a process of its own for each target,
so that one that takes too much memory is seen. Prints a table and, as its last line, one JSON object; exit code 1 when
something was found, with the input that did it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

BATCH = 100  # inputs of hypothesis between two looks at the clock
MOST_MEMORY_MIB = 2048  # TensorFlow is not loaded here; a notebook of the largest size takes 0.6 GiB
LONGEST_S = 60  # for one input
KEPT = ("crash", "oom", "timeout")  # what libFuzzer calls the files with inputs that it stopped at
ENGINES = ("hypothesis", "atheris")


@dataclass(frozen=True)
class Tried:
    """What one engine did to one target."""

    target: str
    engine: str
    inputs: int
    cpu_s: float
    peak_mib: int  # of the process that reads
    found: str = ""


def main() -> None:
    """Fuzz all targets, or do one engine's share of one when called for that."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600, help="for all targets together")
    parser.add_argument("--target", action="append", help="only this one; may be given several times")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine is not None:
        {"hypothesis": by_hypothesis, "atheris": by_atheris}[options.engine](options.target[0], options.seconds)
        return
    jobs = planned(options.target)
    tried = [fuzz(name, engine, options.seconds / len(jobs)) for name, engine in jobs]
    found = [entry for entry in tried if entry.found]
    for entry in found:
        print(f"\n{entry.target} ({entry.engine}) found something:\n{entry.found}")
    print(json.dumps({"found": len(found), "tried": [asdict(entry) | {"found": bool(entry.found)} for entry in tried]}))
    sys.exit(1 if found else 0)


def planned(names: list[str] | None) -> list[tuple[str, str]]:
    """Return which engine gets which target; says so when there is only one engine."""
    from fuzz_targets import TARGETS

    guided = importlib.util.find_spec("atheris") is not None
    if not guided:
        print("atheris is not installed (`pip install -e .[fuzz]`, Linux on x86_64 only): hypothesis does all of it.")
    chosen = [target for target in TARGETS if not names or target.name in names]
    return [(target.name, engine) for target in chosen for engine in ENGINES[: 1 + (guided and target.guided)]]


def fuzz(name: str, engine: str, seconds: float) -> Tried:
    """Let one engine work on one target in a process of its own, and print a line about it."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        __file__,
        "--target",
        name,
        "--engine",
        engine,
        "--seconds",
        f"{seconds:.1f}",
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
        kept = [repr(path.read_bytes()) for kind in KEPT for path in Path(folder).glob(f"{kind}-*")]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = done.stderr + done.stdout
    inputs = re.findall(r"(?:inputs|number_of_executed_units): +(\d+)", said)
    peak = re.findall(r"peak_(?:rss_)?mi?b: +(\d+)", said)
    found = "" if done.returncode == 0 else "\n".join([*said.strip().splitlines()[-40:], *kept])
    tried = Tried(name, engine, int(inputs[-1]) if inputs else 0, round(cpu_s, 1), int(peak[-1]) if peak else 0, found)
    outcome = "FOUND" if found else "nothing found"
    print(
        f"{name:10} {engine:10} {tried.inputs:9,} inputs {cpu_s:7.0f} s {tried.peak_mib:6} MiB  {outcome}", flush=True
    )
    return tried


def by_hypothesis(name: str, seconds: float) -> None:
    """Try inputs that hypothesis makes until the time is over."""
    from hypothesis import HealthCheck, given, settings

    target, tried, end = _target(name), 0, time.monotonic() + seconds

    def counted(data: bytes) -> None:
        nonlocal tried
        if time.monotonic() < end:
            tried += 1
            target.check(data)

    test = settings(
        max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
    )(given(target.inputs)(counted))
    while time.monotonic() < end:
        test()
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"inputs: {tried}\npeak_mib: {peak_mib}")
    if peak_mib > MOST_MEMORY_MIB:
        sys.exit(f"It took {peak_mib} MiB of memory.")


def by_atheris(name: str, seconds: float) -> None:
    """Let libFuzzer look for inputs that reach new lines until the time is over."""
    import atheris

    with atheris.instrument_imports(include=["autograder"], enable_loader_override=False):
        target = _target(name)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds()):
            Path(corpus, str(number)).write_bytes(seed)
        limits = [
            f"-max_total_time={max(1, int(seconds))}",
            f"-rss_limit_mb={MOST_MEMORY_MIB}",
            f"-timeout={LONGEST_S}",
        ]
        longest = 2 * max(map(len, target.seeds()))
        atheris.Setup([sys.argv[0], *limits, f"-max_len={longest}", "-print_final_stats=1", corpus], target.check)
        atheris.Fuzz()


def _target(name: str):
    from fuzz_targets import TARGETS

    return next(target for target in TARGETS if target.name == name)


if __name__ == "__main__":
    main()
