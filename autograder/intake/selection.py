"""Of everything a student sent, the files that count: one for each required file, and what was unusual."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field

from ..formats.members import shown
from ..handin import recognition
from ..handin.names import listed
from ..handin.problems import Level, Unusable
from ..handin.recognition import Candidate, HandedIn, Picked, candidates, is_given
from ..handin.slots import Slot, claim_of
from ..model.assignment import Assignment
from ..model.errors import SubmissionError
from ..model.report import Finding
from .owners import Owned
from .sources import Bundle, Source

MAX_OPENED = 8  # zips and folders of one student, the latest; each may hold 128 MiB of memory until all are read


@dataclass
class Selection:
    """What counts of one student's sources; `problem` says in one sentence why nothing does."""

    student: str
    assignment: Assignment
    chosen: dict[Slot, Candidate] = field(default_factory=dict)
    sources: dict[Slot, Source] = field(default_factory=dict)  # of those chosen
    content: dict[Slot, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    problem: str | None = None
    counted: list[Source] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)  # paths that fit nothing that is asked for

    def note(self, level: Level, text: str) -> None:
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
            picked = candidates(bundle.members, owned.student, assignment)
            if _add(picked, source, selection):
                _describe(bundle, picked, selection)
        _read(selection)
    if not selection.content:
        errors = [finding.text for finding in selection.findings if finding.level == Level.ERROR]
        selection.problem = (refusals + errors + [_nothing_asked_for(owned, assignment)])[0]
        return selection
    for refusal in refusals:
        selection.note(Level.WARNING, f"Another file of this student was not used: {refusal}")
    for finding in recognition.gaps(selection.content.keys(), selection.passed_over, assignment):
        selection.note(finding.level, finding.text)
    return selection


def _opened(sources: list[Source], selection: Selection) -> list[Source]:
    """Return the sources that are looked at: all loose files, and the latest zips and folders."""
    passed_over = [source for source in sources if not source.loose][MAX_OPENED:]
    if passed_over:
        names = listed(map(_full_name, passed_over), quote=True)
        selection.note(Level.WARNING, f"There are more than {MAX_OPENED} zips; not opened: {names}.")
    return [source for source in sources if source not in passed_over]


def _add(picked: Picked, source: Source, selection: Selection) -> bool:
    """Let a source fill what later ones left open; a whole submission never fills in for a later whole one."""
    chosen = selection.chosen
    for slot in sorted(picked.keys() & chosen.keys()):
        later = selection.sources[slot]
        if slot.kind == "notebook" and not source.loose and not later.loose:
            selection.note(
                Level.WARNING,
                f"There are two submissions: {_label(later)}, the later one, counts, not {_label(source)}.",
            )
            return False
    for slot, choices in picked.items():
        if slot in chosen:
            later_name, name = _label(selection.sources[slot]), _label(source)
            selection.note(Level.WARNING, f"{slot.path} was sent twice: the one in {later_name} counts, not {name}.")
        else:
            chosen[slot], selection.sources[slot] = choices[0], source
    if any(chosen_from is source for chosen_from in selection.sources.values()):
        selection.counted.append(source)
    return True


def _label(source: Source) -> str:
    return shown(_full_name(source))


def _full_name(source: Source) -> str:
    return source.canvas.entry if source.canvas else source.name


def _describe(bundle: Bundle, picked: Picked, selection: Selection) -> None:
    """Note every repair, and everything that was passed over."""
    assignment, used = selection.assignment, {id(choice.file) for choices in picked.values() for choice in choices}
    for finding in recognition.repairs(picked):
        selection.note(finding.level, finding.text)
    notebooks = [choices[0].file for slot, choices in picked.items() if slot.kind == "notebook"]
    claims = [claim_of(member.name, assignment) for member in notebooks]
    if sentence := recognition.foreign_id((member.name for member in notebooks), selection.student, assignment):
        selection.note(Level.WARNING, sentence)
    if bundle.packed and None in claims:
        selection.note(Level.INFO, f"The names of the notebooks lack the {assignment.student_id}.")
    if bundle.packed and any(not member.folders for member in notebooks):
        selection.note(Level.INFO, "The zip has no inner folder.")
    if any(name.lower().endswith(".zip") for name in bundle.names):
        selection.note(Level.INFO, "A zip inside the zip was opened.")
    if bundle.litter:
        selection.note(
            Level.INFO, f"Ignored (created by the system or an editor): {listed(bundle.litter, quote=True)}."
        )
    if bundle.left_out:
        selection.note(Level.WARNING, f"Left out: {listed(bundle.left_out)}.")
    for member in bundle.members:
        is_ours = is_given(member, assignment) or _is_stored_sheet(member, bundle, assignment)
        if id(member) not in used and not is_ours:
            selection.passed_over.append(member.path)


def _is_stored_sheet(member: HandedIn, bundle: Bundle, assignment: Assignment) -> bool:
    """Whether `intake.store` wrote the file, as a notebook made of an answer sheet."""
    is_sheet = member.name.endswith(".ipynb") and member.name.removesuffix(".ipynb") in assignment.sheets
    return is_sheet and not bundle.packed and member.folders[-1:] in ((), (assignment.name,))


def _read(selection: Selection) -> None:
    for slot, choice in selection.chosen.items():
        try:
            selection.content[slot] = recognition.content_of(slot, choice.file)
        except Unusable as error:
            selection.note(Level.ERROR, str(error))


def _nothing_asked_for(owned: Owned, assignment: Assignment) -> str:
    files = " and ".join(f"{name}.ipynb" for name in assignment.notebooks)
    sent = listed({source.name: None for source in owned.sources}, quote=True)
    return f"None of the files that are asked for is in {sent}: send {assignment.zip_name} with {files} in it."
