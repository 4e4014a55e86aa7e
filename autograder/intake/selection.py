"""Of everything a student sent, the files that count: one for each that is asked for, and what was odd on the way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..formats.members import Member, shown
from ..handin.limits import MAX_BYTES
from ..model.assignment import Assignment
from ..model.errors import SubmissionError
from ..model.report import Finding
from .naming import NO_NOTEBOOK, Slot, claim_of, file_slot, notebook_slot, sheet_slot, slot_of, zip_name
from .owners import Owned
from .sources import Bundle, Source

MAX_OPENED = 8  # zips and folders of one student, the latest; each may hold 128 MiB of memory until all are read
MAX_LISTED = 5  # names in one finding
GIVEN_FOLDERS = frozenset({"handin", "datasets"})  # given like the kit, so they say nothing when handed in
GIVEN_FILES = frozenset({"readme.md", "requirements.txt", "mini", "timestamp.txt"})  # the last is nbgrader's
WORK = re.compile(r"\.(ipynb|md|pdf|png|jpe?g|heic|docx?|odt|rtf|tex|zip|rar|7z)$", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """The file that counts for a slot; see `naming.slot_of` for the ranks."""

    member: Member
    rank: int
    source: Source


@dataclass
class Selection:
    """What counts of one student's sources; `problem` says in one sentence why nothing does."""

    student: str
    assignment: Assignment
    chosen: dict[Slot, Choice] = field(default_factory=dict)
    content: dict[Slot, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    problem: str | None = None
    counted: list[Source] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)  # paths that fit nothing that is asked for

    def note(self, level: str, text: str) -> None:
        """Add a finding, once."""
        if (finding := Finding(level, text)) not in self.findings:
            self.findings.append(finding)


def select(owned: Owned, assignment: Assignment) -> Selection:
    """Return the contents that count. Never raises for anything that a student sent."""
    selection = Selection(owned.student, assignment, findings=list(owned.findings))
    if owned.problem:
        selection.problem = owned.problem
        return selection
    refusals: list[str] = []
    with ExitStack() as stack:
        for source in _opened(owned.sources, selection):
            try:
                bundle = source.open(stack)
            except SubmissionError as error:
                refusals.append(str(error))
                continue
            picked = _pick(bundle, source, selection)
            if _add(picked, source, selection):
                _describe(bundle, picked, selection)
        _read(selection)
    if not selection.content:
        errors = [finding.text for finding in selection.findings if finding.level == "error"]
        selection.problem = (refusals + errors + [_nothing_asked_for(owned, assignment)])[0]
        return selection
    for refusal in refusals:
        selection.note("warning", f"Another file of this student was not used: {refusal}")
    _note_missing(selection)
    return selection


def _opened(sources: list[Source], selection: Selection) -> list[Source]:
    """Return the sources that are looked at: all loose files, and the latest zips and folders."""
    passed_over = [source for source in sources if not source.loose][MAX_OPENED:]
    if passed_over:
        selection.note(
            "warning", f"There are more than {MAX_OPENED} zips; not opened: {_listed(map(_full_name, passed_over))}."
        )
    return [source for source in sources if source not in passed_over]


def _pick(bundle: Bundle, source: Source, selection: Selection) -> dict[Slot, list[Choice]]:
    """Return the candidates for each slot, the best first: by name, then the least nested, then the latest."""
    found: dict[Slot, list[Choice]] = defaultdict(list)
    unknown: dict[str, list[Choice]] = defaultdict(list)  # pictures and PDFs by kind
    for member in reversed(bundle.members):  # of two entries of the same name, unpacking would keep the later
        match = slot_of(member.path, selection.student, selection.assignment)
        is_given = _is_given(member, selection.assignment)
        if match is not None and not (is_given and match[1] == NO_NOTEBOOK):  # a module of the kit
            found[match[0]].append(Choice(member, match[1], source))
        elif not is_given:
            unknown[member.name.lower().rpartition(".")[2]].append(Choice(member, 3, source))
    for kind, choices in unknown.items():
        wanted = [file_slot(file) for file in selection.assignment.files if file.kind == kind]
        if len(wanted) == len(choices) == 1 and wanted[0] not in found:
            found[wanted[0]] = choices
    for choices in found.values():
        choices.sort(key=lambda choice: (choice.rank, len(choice.member.folders), -choice.member.modified))
    return found


def _add(picked: dict[Slot, list[Choice]], source: Source, selection: Selection) -> bool:
    """Let a source fill what later ones left open; a whole submission never fills in for a later whole one."""
    chosen = selection.chosen
    for slot in sorted(picked.keys() & chosen.keys()):
        later = chosen[slot].source
        if slot.kind == "notebook" and not source.loose and not later.loose:
            selection.note(
                "warning", f"There are two submissions: {_label(later)}, the later one, counts, not {_label(source)}."
            )
            return False
    for slot, choices in picked.items():
        if slot in chosen:
            later_name, name = _label(chosen[slot].source), _label(source)
            selection.note("warning", f"{slot.path} came twice: the one of {later_name} counts, not {name}.")
        else:
            chosen[slot] = choices[0]
    if any(choice.source is source for choice in chosen.values()):
        selection.counted.append(source)
    return True


def _label(source: Source) -> str:
    return shown(_full_name(source))


def _full_name(source: Source) -> str:
    return source.canvas.entry if source.canvas else source.name


def _describe(bundle: Bundle, picked: dict[Slot, list[Choice]], selection: Selection) -> None:
    """Note every repair, and everything that was passed over."""
    used = set()
    for slot, (best, *others) in picked.items():
        used |= {id(choice.member) for choice in (best, *others)}
        if best.rank >= 2:
            selection.note("info", f"{shown(best.member.path)} was taken as {slot.path}.")
        if others:
            rest = _listed(choice.member.path for choice in others)
            selection.note("warning", f"There are several {slot.path}: {shown(best.member.path)} counts, not {rest}.")
    notebooks = [choices[0].member for slot, choices in picked.items() if slot.kind == "notebook"]
    claims = [claim_of(member.name, selection.assignment) for member in notebooks]
    if foreign := {claim for claim in claims if claim and claim != selection.student.lower()}:
        selection.note("warning", f"The notebooks carry the id {shown(min(foreign))}, not {shown(selection.student)}.")
    if bundle.packed and None in claims:
        selection.note("info", f"The names of the notebooks lack the {selection.assignment.student_id}.")
    if bundle.packed and any(not member.folders for member in notebooks):
        selection.note("info", "The zip has no inner folder.")
    if any(name.lower().endswith(".zip") for name in bundle.names):
        selection.note("info", "A zip inside the zip was opened.")
    if bundle.litter:
        selection.note("info", f"Ignored, because a system or an editor made it: {_listed(bundle.litter)}.")
    if bundle.left_out:
        selection.note("warning", f"Left out: {_listed(bundle.left_out, quote=False)}.")
    for member in bundle.members:
        is_ours = _is_given(member, selection.assignment) or _is_stored_sheet(member, bundle, selection.assignment)
        if id(member) not in used and not is_ours:
            selection.passed_over.append(member.path)


def _is_given(member: Member, assignment: Assignment) -> bool:
    folders = {folder.lower() for folder in member.folders}
    return member.name.lower() in GIVEN_FILES or bool(folders & {*GIVEN_FOLDERS, assignment.kit.lower()})


def _is_stored_sheet(member: Member, bundle: Bundle, assignment: Assignment) -> bool:
    """Whether `intake.store` wrote the file, as a notebook made of an answer sheet."""
    is_sheet = member.name.endswith(".ipynb") and member.name.removesuffix(".ipynb") in assignment.sheets
    return is_sheet and not bundle.packed and member.folders[-1:] in ((), (assignment.name,))


def _listed(names: Iterable[str], quote: bool = True) -> str:
    texts = [shown(name) if quote else name for name in names]
    more = f" and {len(texts) - MAX_LISTED} more" if len(texts) > MAX_LISTED else ""
    return ", ".join(texts[:MAX_LISTED]) + more


def _read(selection: Selection) -> None:
    for slot, choice in selection.chosen.items():
        try:
            data = choice.member.read(MAX_BYTES[slot.kind])
        except SubmissionError as error:
            selection.note("error", str(error))
            continue
        if slot.kind == "pdf" and b"%PDF-" not in data[:1024]:
            selection.note("error", f"{shown(choice.member.name)} is not a PDF: export it as a PDF.")
        elif slot.kind == "png" and not data:
            selection.note("warning", f"{shown(choice.member.name)} is empty: send the picture itself.")
        else:
            selection.content[slot] = data


def _note_missing(selection: Selection) -> None:
    """Note what is missing; what was passed over matters more then, as it may be just that under another name."""
    assignment = selection.assignment
    for name in assignment.notebooks:
        if notebook_slot(name) not in selection.content:
            selection.note("warning", f"{name}.ipynb is missing.")
    wanted = [file_slot(file) for file in assignment.files if file.required]
    wanted += [sheet_slot(name) for name in assignment.sheets]
    missing = [slot.path for slot in wanted if slot not in selection.content]
    if missing:
        selection.note("info", f"Not handed in: {', '.join(missing)}.")
    is_complete = not missing and all(notebook_slot(name) in selection.content for name in assignment.notebooks)
    work: list[str] = []
    others: list[str] = []
    for path in selection.passed_over:
        (work if WORK.search(path) and not is_complete else others).append(path)
    if work:
        selection.note("warning", f"Not graded, because not under a name that is asked for: {_listed(work)}.")
    if others:
        selection.note("info", f"Ignored, because not asked for: {_listed(others)}.")


def _nothing_asked_for(owned: Owned, assignment: Assignment) -> str:
    files = " and ".join(f"{name}.ipynb" for name in assignment.notebooks)
    sent = _listed({source.name: None for source in owned.sources})
    return f"None of the files that are asked for is in {sent}: send {zip_name(assignment)} with {files} in it."
