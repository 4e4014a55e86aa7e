"""Of several files those that count as the notebooks asked for: their cells decide first, then their names."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import notebook_match
from .asked import Wanted
from .handed_in import Candidate, HandedIn, Picked, is_given, is_in_ungraded_folder
from .limits import MAX_BYTES, MAX_NOTEBOOK_BYTES, MAX_NOTEBOOKS
from .names import listed, shown, split_copy, stem_of
from .notebook_match import Match
from .problems import Finding, Level, Unusable
from .slots import NO_NOTEBOOK, Slot, claim_of, notebook_slot, slot_of, ungraded_slot

ENDINGS = (".ipynb", ".ipynb.txt", ".ipynb.json")
BY_CELLS = 3  # the rank of a file that has another name, or that of another notebook
OTHER_HOMEWORK = 5  # the rank of a file that has the name alone
SAVED_TOGETHER_S = 60.0  # files that were copied or unpacked together differ by seconds


@dataclass(frozen=True)
class _Seen:
    """A file, what its name says, and what its cells say."""

    file: HandedIn
    by_name: tuple[Slot, int] | None
    match: Match
    data: bytes | None  # None when it was not read


def choose(files: Sequence[HandedIn], student: str, wanted: Wanted) -> Picked:
    """Return the candidates for each notebook, the best first.

    A notebook with cells of this homework counts as what its cells are. Of several, one with the student's own id
    comes before one with another id, the one in which most is written before the others, then the one that was saved
    last, then the one with the better name. Where the cells of a file say nothing, its name decides.

    Copies of notebooks that nobody hands in have slots of their own, unless more functions that are asked for are
    written there than anywhere else, or nothing else is there and they are called exactly like a notebook that is.
    """
    found: Picked = defaultdict(list)
    ungraded: list[tuple[Slot, HandedIn]] = []
    for seen in _read(files, student, wanted):
        is_copy = bool(seen.match.ungraded)
        if is_copy:
            ungraded.append((ungraded_slot(seen.match.ungraded), seen.file))
        elif not seen.match.has_ids and _is_called_like_a_sheet(seen.file, wanted):
            continue
        for name in seen.match.names:
            rank = seen.by_name[1] if seen.by_name and seen.by_name[0].name == name else BY_CELLS
            choice = Candidate(seen.file, rank, seen.data, by_cells=True, is_ungraded=is_copy)
            found[notebook_slot(name)].append(choice)
        if seen.by_name and not seen.match.names and not (is_copy and seen.by_name[1] >= BY_CELLS):
            rank = OTHER_HOMEWORK if is_copy or seen.match.is_other_homework else seen.by_name[1]
            found[seen.by_name[0]].append(Candidate(seen.file, rank, is_ungraded=is_copy))
    slots = [slot for slot in map(notebook_slot, wanted.notebooks) if slot in found]
    picked = {slot: _without_ungraded(_ordered(slot, found[slot], student, wanted)) for slot in slots}
    counting = {id(choice.file) for choices in picked.values() for choice in choices}
    for slot, file in ungraded:
        if id(file) not in counting:
            picked.setdefault(slot, []).append(Candidate(file, 0))
    return picked


def _without_ungraded(choices: list[Candidate]) -> list[Candidate]:
    """Return what is compared with the best one: who sends a copy of a notebook that nobody hands in hears nothing."""
    best, *others = choices
    return [best, *(choice for choice in others if not choice.is_ungraded)]


def look_at(file: HandedIn, wanted: Wanted) -> Match:
    """Return what the cells of one file say; nothing if it cannot be read or is no notebook by its ending."""
    if file.name.lower().endswith(ENDINGS):
        try:
            return notebook_match.match(file.read(MAX_BYTES["notebook"]), wanted)
        except Unusable:
            pass
    return Match()


def count_written(file: HandedIn, slot: Slot, wanted: Wanted) -> int:
    """Return how many functions and answers are written in a file; 0 if it is no notebook, or cannot be read."""
    asked = wanted.asked_notebook(slot.name)
    if slot.kind == "notebook" and asked is not None:
        try:
            return notebook_match.written(file.read(MAX_BYTES["notebook"]), asked)
        except Unusable:
            pass
    return 0


def reasons(slot: Slot, choices: Sequence[Candidate]) -> Iterator[Finding]:
    """Yield why a file was taken in spite of its name, and why it counts rather than others."""
    best, *others = choices
    file = shown(best.file.path)
    if best.rank == OTHER_HOMEWORK:
        text = f"{file} has the name of {slot.path}, but none of its cells: send the notebook of this homework."
        yield Finding(Level.WARNING, text)
    elif best.rank >= 2:
        yield Finding(Level.INFO, f"{file} was taken as {slot.path}{', whose cells it has' if best.by_cells else ''}.")
    if others:
        rest = listed((choice.file.path for choice in others), quote=True)
        more = best.written > max(choice.written for choice in others)
        why = f", because more of it is written ({best.written} functions and answers)" if more else ""
        yield Finding(Level.WARNING, f"There are several files {slot.path}: {file} counts, not {rest}{why}.")


def _read(files: Sequence[HandedIn], student: str, wanted: Wanted) -> Iterator[_Seen]:
    """Yield the notebooks, with what their cells say for as many as are read; see `limits`.

    Those that nobody hands in are read last, as far as names tell, so that they take no other's place.
    """
    named = [(file, slot_of(file.path, student, wanted)) for file in files]
    found = [(file, by_name) for file, by_name in named if _may_be(file, by_name, wanted)]
    stems = _ungraded_stems(wanted)

    def place(entry: tuple[HandedIn, tuple[Slot, int] | None]) -> tuple[bool, bool, int, float]:
        file, by_name = entry
        is_named = is_in_ungraded_folder(file, wanted) or split_copy(stem_of(file.name))[0].lower().endswith(stems)
        return by_name is None, is_named, len(file.folders), -file.modified

    found.sort(key=place)  # stable
    left_bytes = MAX_NOTEBOOK_BYTES
    for number, (file, by_name) in enumerate(found):
        data = None
        if number < MAX_NOTEBOOKS + len(stems) and left_bytes > 0 and not (by_name and by_name[1] == NO_NOTEBOOK):
            try:
                data = file.read(min(MAX_BYTES["notebook"], left_bytes))
            except Unusable:  # whoever takes it says why
                data = None
            left_bytes -= len(data or b"")
        yield _Seen(file, by_name, notebook_match.match(data, wanted) if data is not None else Match(), data)


def _may_be(file: HandedIn, by_name: tuple[Slot, int] | None, wanted: Wanted) -> bool:
    """Whether a file is called like a notebook, of any name."""
    lower = file.name.lower()
    if by_name is not None:
        return by_name[0].kind == "notebook" and not (lower.endswith(".py") and is_given(file, wanted))
    return lower.endswith(ENDINGS)


def _is_called_like_a_sheet(file: HandedIn, wanted: Wanted) -> bool:
    """Whether a file has the name under which intake stores a sheet: functions in its text are no notebook's."""
    return file.name.lower().partition(".")[0] in {name.lower() for name in wanted.sheets}


def _ungraded_stems(wanted: Wanted) -> tuple[str, ...]:
    return tuple(stem_of(path.rpartition("/")[2]).lower() for path in wanted.ungraded_notebooks)


def _ordered(slot: Slot, choices: list[Candidate], student: str, wanted: Wanted) -> list[Candidate]:
    """Return the candidates of a notebook, the best first."""
    asked = wanted.asked_notebook(slot.name)
    if asked is not None and len(choices) > 1:
        choices = [
            choice._replace(written=notebook_match.written(choice.data, asked)) if choice.data else choice
            for choice in choices
        ]

    def place(choice: Candidate) -> tuple[bool, int, int, bool]:
        owner = claim_of(choice.file.name, wanted)
        group = 3 if choice.rank == OTHER_HOMEWORK else 2 if choice.rank == NO_NOTEBOOK else 0 if choice.written else 1
        return bool(student) and owner not in (None, student.lower()), group, -choice.written, choice.is_ungraded

    choices.sort(key=lambda choice: (*place(choice), choice.rank, len(choice.file.folders), -choice.file.modified))
    equal = [choice for choice in choices if choice.written and place(choice) == place(choices[0])]
    if equal:
        last = max(choice.file.modified for choice in equal)
        best = next(choice for choice in equal if choice.file.modified >= last - SAVED_TOGETHER_S)
        choices.remove(best)
        choices.insert(0, best)
    if choices[0].rank != NO_NOTEBOOK:  # then a script is a module, if it is anything
        choices = [choice for choice in choices if not choice.file.name.endswith(".py")]
    return [choice._replace(data=None) for choice in choices]
