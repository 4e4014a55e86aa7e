"""Say what is wrong with the installed Python and packages, and which command fixes it.

    from hw4kit.environment import check
    check("hw4_partI")

or in a terminal: python -m hw4kit.environment. It needs none of the packages, so it runs where they are missing.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import platform
import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)  # the notebooks need the first, TensorFlow has builds up to the second
INTEL_MAC_PYTHON = (3, 12)  # TensorFlow 2.16, the last for Intel Macs, ends there
PYTHON_TO_GET = "3.12"  # the newest for which TensorFlow has builds on all systems
OLDEST = {  # as in requirements.txt and requirements-labs.txt
    "numpy": "1.26", "matplotlib": "3.8", "tqdm": "4.66", "pooch": "1.8", "tensorflow": "2.16", "keras": "3.0",
    "scipy": "1.11", "scikit-learn": "1.3", "threadpoolctl": "3.2",
}  # fmt: skip
UNTRIED = {"numpy": "2.4", "tensorflow": "2.22"}  # from here on, as in requirements.txt; the grader runs the line below
FIRST_WITH_NUMPY_2 = "2.18"  # of TensorFlow; with NumPy 2 an older one fails on import
_EACH_LAB = ("numpy", "matplotlib", "tqdm", "pooch")
NEEDED = {
    "hw4_partI": ("numpy", "matplotlib", "tqdm", "tensorflow"),
    "hw4_partII": ("numpy", "matplotlib", "tqdm"),
    "labs/attacks": (*_EACH_LAB, "scipy", "threadpoolctl", "tensorflow"),
    "labs/distillation": (*_EACH_LAB, "scipy", "threadpoolctl", "tensorflow"),
    "labs/detection": (*_EACH_LAB, "scipy", "scikit-learn", "tensorflow"),
    "labs/cbow": (*_EACH_LAB, "tensorflow"),
    "labs/debiasing": (*_EACH_LAB, "scipy"),
    "get_data": ("pooch", "tqdm"),
    "get_data --mini": ("numpy",),
}
TITLES = {  # else the name
    "numpy": "NumPy", "matplotlib": "Matplotlib", "tensorflow": "TensorFlow", "keras": "Keras", "scipy": "SciPy",
}  # fmt: skip
# Where TensorFlow has builds, as in requirements.txt.
PROCESSORS = {"Linux": ("x86_64", "aarch64"), "Darwin": ("x86_64", "arm64"), "Windows": ("AMD64",)}
WINDOWS_LIBRARY = "https://aka.ms/vs/17/release/vc_redist.x64.exe"  # what TensorFlow's DLLs need there
TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tensorflow-intel", "tf-nightly")


@dataclass(frozen=True)
class Machine:
    """The installed Python and the machine that it runs on."""

    python: tuple[int, int]
    system: str  # "Linux", "Darwin" or "Windows"
    processor: str  # "x86_64", "AMD64", "arm64", "aarch64"
    bits: int = 64
    translated: bool = False  # a Python for Intel on an Apple-silicon Mac
    in_notebook: bool = False


@dataclass(frozen=True)
class Problem:
    """One problem and its fix; if it does not block, the notebooks may still run."""

    what: str
    fix: str
    blocks: bool = True

    def __str__(self) -> str:
        """Return both as one line."""
        return f"{self.what} {self.fix}"


class EnvironmentUnfit(Exception):
    """The notebook cannot run here; the text has one line per problem."""

    def _render_traceback_(self) -> list[str]:
        """Show the lines alone in a notebook."""
        return [str(self)]


def check(part: str = "hw4_partI") -> None:
    """Load the slow packages, and print the installed versions and what is unusual about them.

    Args:
        part: The notebook that is going to run, a key of NEEDED: "hw4_partI", "labs/attacks".

    Raises:
        EnvironmentUnfit: The notebook cannot run; the text says why and which command fixes it.
    """
    installed = installed_versions()
    found = problems(part, this_machine(), installed, os.environ)
    if "tensorflow" in NEEDED[part] and not any(problem.blocks for problem in found):
        found = [*_loading(part, this_machine()), *found]
    if any(problem.blocks for problem in found):
        raise EnvironmentUnfit("\n".join(str(problem) for problem in found if problem.blocks))
    names = [*NEEDED[part], *(["keras"] if "tensorflow" in NEEDED[part] else [])]
    versions = [f"{TITLES.get(name, name)} {installed[name]}" for name in names if name in installed]
    print(", ".join([f"Python {platform.python_version()}", *versions]) + (": everything fits." if not found else "."))
    for problem in found:
        print(f"Note: {problem}")


def problems(
    part: str, machine: Machine, installed: Mapping[str, str], environ: Mapping[str, str] | None = None
) -> list[Problem]:
    """Return what is wrong, the worst first.

    Args:
        part: A key of NEEDED.
        machine: The installed Python.
        installed: Version of each package that is there; every build of TensorFlow counts as "tensorflow".
        environ: The environment variables.
    """
    if machine.python < OLDEST_PYTHON:
        what = f"This is Python {_dotted(machine.python)}; the notebooks need {_dotted(OLDEST_PYTHON)} or later."
        return [Problem(what, _other_python(part, machine))]
    found = list(_packages(part, machine, installed))
    if "tensorflow" in NEEDED[part]:
        found += _tensorflow(part, machine, installed, environ or {})
    return sorted(found, key=lambda problem: not problem.blocks)


def _packages(part: str, machine: Machine, installed: Mapping[str, str]) -> Iterator[Problem]:
    missing = [TITLES.get(name, name) for name in NEEDED[part] if name not in installed]
    if "TensorFlow" in missing and (reason := _no_build(machine)):
        yield Problem(f"TensorFlow is missing, and {reason}.", _other_python(part, machine))
    elif missing:
        names = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        verb = "is" if len(missing) == 1 else "are"
        yield Problem(f"{names} {verb} missing.", _install(f"-r {_requirements(part)}", machine))
    for name in NEEDED[part]:
        version, title = installed.get(name), TITLES.get(name, name)
        if version is not None and _numbers(version) < _numbers(OLDEST[name]):
            newest = f",<{UNTRIED[name]}" if name in UNTRIED else ""
            fix = _install(f'--upgrade "{name}>={OLDEST[name]}{newest}"', machine)
            if name == "tensorflow":
                reason = _no_build(machine)
                fix = (
                    _other_python(part, machine) if reason else _install(f"--upgrade -r {_requirements(part)}", machine)
                )
            yield Problem(f"{title} {version} is too old: {OLDEST[name]} or later is needed.", fix)
        if version is not None and name in UNTRIED and _numbers(version) >= _numbers(UNTRIED[name]):
            what = (
                f"{title} {version} is newer than what this homework was tested with, versions before {UNTRIED[name]}."
            )
            yield Problem(what, "If something fails: " + _install(f"-r {_requirements(part)}", machine), blocks=False)


def _tensorflow(
    part: str, machine: Machine, installed: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[Problem]:
    version = installed.get("tensorflow")
    if version is None:
        return
    if machine.translated:
        what = "This Python is for Intel Macs and runs emulated on your processor; TensorFlow crashes in it."
        yield Problem(what, _other_python(part, machine))
    if _numbers(version) < _numbers(FIRST_WITH_NUMPY_2) and _numbers(installed.get("numpy", "0")) >= (2,):
        what = f"TensorFlow {version} does not work with NumPy {installed['numpy']}."
        yield Problem(what, _install('"numpy<2"', machine))
    keras = installed.get("keras")
    if keras is not None and _numbers(keras) < _numbers(OLDEST["keras"]):
        yield Problem(f"Keras {keras} is too old: Keras 3 is needed.", _install('--upgrade "keras>=3"', machine))
    if environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        fix = "Unset it (in a cell: %env TF_USE_LEGACY_KERAS=0), restart the kernel and run the cells again."
        yield Problem("The environment variable TF_USE_LEGACY_KERAS selects Keras 2.", fix)


def _loading(part: str, machine: Machine) -> Iterator[Problem]:
    """Load TensorFlow without its log lines about processors, and say what prevents it."""
    if "tensorflow" in sys.modules:
        return
    try:
        with _no_chatter():
            tensorflow = importlib.import_module("tensorflow")
            with contextlib.suppress(Exception):  # some builds have no XLA; what needs it says so
                tensorflow.function(tensorflow.identity, jit_compile=True)(0.0)  # before 2.20, XLA's first use is noisy
    except Exception as error:  # ImportError, but also what a package that does not fit raises
        first = (str(error).strip().splitlines() or [""])[0]
        fix = _install(f"--force-reinstall -r {_requirements(part)}", machine)
        if machine.system == "Windows" and isinstance(error, ImportError):
            fix = f"Install {WINDOWS_LIBRARY} and restart the computer. If that does not help: {fix}"
        yield Problem(f"TensorFlow is installed but does not load ({type(error).__name__}: {first[:160]}).", fix)


@contextlib.contextmanager
def _no_chatter() -> Iterator[None]:
    """Drop what libraries in C++ write to the standard error; Python's own warnings go another way in a notebook."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # there may be no standard error, or no way to put something in its place
            kept = os.dup(2)
            stack.callback(os.close, kept)
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            stack.callback(os.dup2, kept, 2)
        yield


def _no_build(machine: Machine) -> str:
    """Return why there is no TensorFlow for this Python, or nothing."""
    if machine.bits < 64:
        return "there is none for 32-bit Python"
    if machine.translated:
        return "this Python is for Intel Macs and runs emulated on your processor, where TensorFlow crashes"
    if machine.processor not in PROCESSORS.get(machine.system, ()):
        return f"there is none for {machine.system} on {machine.processor}"
    if machine.python > NEWEST_PYTHON:
        return f"there is none for Python {_dotted(machine.python)}"
    if machine.system == "Darwin" and machine.processor == "x86_64" and machine.python > INTEL_MAC_PYTHON:
        return f"on Intel Macs there is none for Python {_dotted(machine.python)}"
    return ""


def _requirements(part: str) -> str:
    return "requirements-labs.txt" if part.startswith("labs/") else "requirements.txt"


def _install(what: str, machine: Machine) -> str:
    if machine.in_notebook:
        return f"Run in a cell: %pip install {what}  Then restart the kernel and run the cells again."
    return f"Run: {'py' if machine.system == 'Windows' else sys.executable} -m pip install {what}"


def _other_python(part: str, machine: Machine) -> str:
    """Return the commands that create an environment with a suitable Python."""
    if machine.system == "Windows":
        kind = " (64 bits)" if machine.bits < 64 else " (the one for x86-64)" if machine.processor == "ARM64" else ""
        make, folder = f"py -{PYTHON_TO_GET} -m venv hw4env", r"hw4env\Scripts"
        steps = [make, rf"{folder}\pip install -r {_requirements(part)}", rf"{folder}\jupyter lab"]
    else:
        kind = " for Apple silicon (the universal one)" if machine.translated else ""
        make, folder = f"python{PYTHON_TO_GET} -m venv hw4env", "hw4env/bin"
        steps = [make, f"{folder}/pip install -r {_requirements(part)}", f"{folder}/jupyter lab"]
    run = "; ".join(steps)
    return f"Get Python {PYTHON_TO_GET}{kind} from python.org; then run in a terminal, in this folder: {run}"


def this_machine() -> Machine:
    """Return the Python and the machine of this process."""
    system, processor = platform.system(), platform.machine()
    translated = system == "Darwin" and processor == "x86_64" and _is_translated()
    in_notebook = "ipykernel" in sys.modules
    return Machine(sys.version_info[:2], system, processor, 8 * struct.calcsize("P"), translated, in_notebook)


def _is_translated() -> bool:
    try:
        command = ["sysctl", "-n", "sysctl.proc_translated"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == "1"
    except OSError:
        return False


def installed_versions() -> dict[str, str]:
    """Return the version of each package of OLDEST that is installed."""
    found: dict[str, str] = {}
    for name in OLDEST:
        for distribution in TENSORFLOWS if name == "tensorflow" else (name,):
            try:
                found.setdefault(name, metadata.version(distribution))
            except metadata.PackageNotFoundError:
                continue
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("+")[0])[:3])


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    try:
        check()
    except EnvironmentUnfit as unfit:
        sys.exit(str(unfit))
