"""Modules of the student's own: .py files beside the notebooks, and in folders there, which notebooks import."""

import keyword
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from .asked import Wanted
from .handed_in import Candidate, HandedIn, Picked, is_given
from .limits import MAX_MODULES
from .names import MAX_NAME_CHARS, listed, one_form, split_copy
from .problems import Finding, Level
from .slots import NO_NOTEBOOK, Slot

ENDING = ".py"
KIND = "module"
# Names that an import finds elsewhere: what notebooks use, what they get, and what Python or pytest loads by itself.
LIBRARIES = frozenset(
    "numpy scipy pandas matplotlib mpl_toolkits pylab PIL IPython ipykernel ipywidgets jupyter notebook nbformat "
    "tensorflow keras torch sklearn skimage seaborn nltk gensim tqdm h5py requests google six packaging".split()
)
LOADED_BY_ITSELF = frozenset({"sitecustomize", "usercustomize", "conftest"})
COPY = 3  # the rank of a file that is a copy by its name, as in `slot_of`


def module_slot(path: str) -> Slot:
    """Return the slot of a module, by its path below the folder of the notebooks."""
    return Slot(KIND, path, path)


def modules(files: Iterable[HandedIn], picked: Picked, wanted: Wanted) -> Picked:
    """Return the modules beside the notebooks that were picked, or one folder below; names alone decide.

    A script that is handed in instead of a notebook is none. Of two names that some systems take for one, the first
    is the slot, and both files are its candidates. A copy by its name counts only where the module itself is not there.
    """
    found: dict[str, list[tuple[str, Candidate]]] = defaultdict(list)
    taken = taken_names(wanted)
    for path, choice in _importable(files, picked, wanted):
        if _top(path) not in taken:
            found[path.casefold()].append((path, choice))
    for key, choices in found.items():
        least = min(choice.rank for _, choice in choices)
        found[key] = sorted((each for each in choices if each[1].rank == least), key=lambda each: each[0])
    kept = sorted(found, key=_nearest_first)[:MAX_MODULES]
    return {module_slot(found[key][0][0]): [choice for _, choice in found[key]] for key in kept}


def left_out(files: Iterable[HandedIn], picked: Picked, wanted: Wanted) -> Iterator[Finding]:
    """Yield which modules do not travel along, and why."""
    used = {id(choice.file) for choices in picked.values() for choice in choices}
    others = [(path, choice) for path, choice in _importable(files, picked, wanted) if id(choice.file) not in used]
    taken = taken_names(wanted)
    shadowing = [choice.file.path for path, choice in others if _top(path) in taken]
    if shadowing:
        text = f"{listed(shadowing, quote=True)}: Python, a library or the homework has a module of this name, and that"
        yield Finding(Level.WARNING, f"{text} one is imported. Rename the file, and its import.")
    rest = [choice.file.path for path, choice in others if not choice.rank and _top(path) not in taken]
    if rest:
        text = f"There are more than {MAX_MODULES} modules of your own; these do not count: {listed(rest, quote=True)}."
        yield Finding(Level.WARNING, text)


def _importable(files: Iterable[HandedIn], picked: Picked, wanted: Wanted) -> Iterator[tuple[str, Candidate]]:
    """Yield the files near a notebook that `import` may name, each with its path from there on."""
    notebooks = [choices[0] for slot, choices in picked.items() if slot.kind == "notebook"]
    stand_ins = {id(choice.file) for choice in notebooks if choice.rank == NO_NOTEBOOK}
    scripts = [file for file in files if file.name.endswith(ENDING) and id(file) not in stand_ins]
    bases = {choice.file.folders for choice in notebooks}
    if scripts and not bases:
        bases = {min((file.folders for file in scripts), key=len)}
    for file in scripts:
        stem, copies = _stem(file.name)
        below = () if file.folders in bases else file.folders[-1:] if file.folders[:-1] in bases else None
        if below is not None and not is_given(file, wanted) and _is_importable((*below, stem)):
            yield "/".join(map(one_form, (*below, stem))) + ENDING, Candidate(file, COPY if copies else 0)


def taken_names(wanted: Wanted) -> Collection[str]:
    """Return the names of modules that a student cannot give to a file."""
    given = {"handin", wanted.kit}
    return sys.stdlib_module_names | LIBRARIES | LOADED_BY_ITSELF | given


def _stem(name: str) -> tuple[str, int]:
    """Return the name without its ending, and whether a system has marked it as a copy."""
    stem = name.removesuffix(ENDING)
    return (stem, 0) if one_form(stem).isidentifier() else split_copy(stem)


def _is_importable(parts: tuple[str, ...]) -> bool:
    """Whether `import` may name it; two underscores are Python's own, but for those of a package."""
    plain = parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts
    names = [one_form(part) for part in plain if len(part) <= MAX_NAME_CHARS]
    fits = [name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__") for name in names]
    return len(fits) == len(plain) and all(fits) and all(len(name.encode()) <= MAX_NAME_CHARS for name in names)


def _top(path: str) -> str:
    """Return what an import of a path names first."""
    return path.partition("/")[0].removesuffix(ENDING)


def _nearest_first(path: str) -> tuple[int, str]:
    return path.count("/"), path
