"""Of everything a student sent, the files that count: one for each required file, and what was unusual."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..course import sheets as answer_sheets
from ..formats.members import shown
from ..handin import notebook_choice, other_files, own_modules, recognition, sheet_cells
from ..handin.answer_pictures import read_sheet
from ..handin.handed_in import HandedIn, Picked, is_given, is_in_ungraded_folder
from ..handin.names import listed
from ..handin.problems import Level, Unusable, for_student
from ..handin.recognition import candidates
from ..handin.slots import Slot, claim_of
from ..lms.entries import Entry
from ..model.assignment import Assignment
from ..model.errors import SubmissionError
from ..model.report import Finding
from ..model.submission import DownloadEntry, Submission
from .owned import Owned
from .sources import Bundle, Source

MAX_OPENED = 8  # zips and folders of one student, the latest; each may hold 128 MiB of memory until all are read


@dataclass
class _Selection:
    """What counts of one student's sources."""

    owned: Owned
    assignment: Assignment
    findings: dict[Finding, None]  # each once, in order
    chosen: dict[Slot, tuple[Source, HandedIn]] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)  # paths that fit nothing that is asked for
    ungraded: list[tuple[str, HandedIn]] = field(default_factory=list)  # copies of notebooks that nobody hands in
    came_in: list[Source] = field(default_factory=list)  # each of these copies
    own_text: list[sheet_cells.OwnText] = field(default_factory=list)  # in these copies, as far as they are read

    def note(self, level: Level, text: str) -> None:
        """Add a finding, once."""
        self.findings[Finding(level, text)] = None


def select(owned: Owned, assignment: Assignment) -> Submission:
    """Return the submission of one student. Never raises for anything that a student sent."""
    selection = _Selection(owned, assignment, dict.fromkeys(owned.findings))
    content, problem = ({}, owned.problem) if owned.problem else _content(selection)
    sheets: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    for slot, data in content.items():
        if slot.kind == "sheet":
            text, odd_encoding, drawn = read_sheet(slot.name, data)
            sheets[slot.name] = text.replace("\0", "")
            pictures |= {f"{other_files.ANSWERS}/{picture.name}": picture.data for picture in drawn[: other_files.MOST]}
            if odd_encoding:
                selection.note(Level.INFO, f"{slot.path} is saved as {odd_encoding}, not as UTF-8.")
    notebooks = {slot.name: data for slot, data in content.items() if slot.kind == "notebook"}
    used: set[Source] = set()
    if content:
        sheets, used = _with_cells(sheets, notebooks, selection)
    texts = [*notebooks.values(), *(text.encode() for text in sheets.values())]
    left = {slot for slot in content if other_files.is_left_by_ungraded(slot.path, texts, assignment)}
    used |= {source for slot, (source, _) in selection.chosen.items() if slot not in left}
    counted = [] if owned.problem else [source for source in owned.sources if source in used] or owned.sources
    uploads = [source.entry for source in counted if source.entry]
    late = any(upload.late for upload in uploads)
    if late:
        selection.note(Level.INFO, f"{uploads[0].system} marks it as late.")
    return Submission(
        owned.student,
        notebooks=notebooks,
        sheets=sheets,
        modules={slot.name: data for slot, data in content.items() if slot.kind == own_modules.KIND},
        files={slot.name: data for slot, data in content.items() if slot.kind in ("png", "pdf")},
        others={slot.path: data for slot, data in content.items() if slot.kind == other_files.KIND and slot not in left}
        | pictures,
        findings=tuple(selection.findings),
        problem=problem,
        download=_download(uploads, owned, late=late) if uploads else None,
        is_known=owned.is_known,
        group=owned.group,
    )


def _with_cells(
    sheets: Mapping[str, str], notebooks: Mapping[str, bytes], selection: _Selection
) -> tuple[dict[str, str], set[Source]]:
    """Return the sheets with the answers that stand in notebooks, and what those that nobody hands in came in."""
    assignment, own_text = selection.assignment, selection.own_text
    forms = {name: answer_sheets.form(assignment.sheet(name)) for name in assignment.sheets}
    filled, used = dict(sheets), set[Source]()
    for name, form in forms.items():
        words = sheets.get(name, "")
        for source, own in zip(selection.came_in, own_text, strict=False):
            used |= {source} if any(sheet_cells.lacking(form, words, [own], forms.values())) else set()
        if text := sheet_cells.with_cells(form, words, notebooks, assignment, others=forms.values(), ungraded=own_text):
            filled[name] = text
    return filled, used


def _download(uploads: Sequence[Entry], owned: Owned, *, late: bool) -> DownloadEntry:
    first, times = uploads[0], [upload.submitted_at for upload in uploads if upload.submitted_at]
    when = max(times, key=lambda time: time.replace(tzinfo=None)).isoformat() if times else ""
    names = tuple(dict.fromkeys(upload.entry for upload in uploads))
    if owned.user is not None:
        return DownloadEntry(owned.user, late, names, first.system, submitted_at=when)
    return DownloadEntry(first.user, late, names, first.system, first.name, first.student, when)


def _content(selection: _Selection) -> tuple[dict[Slot, bytes], str | None]:
    """Return what counts, and in one sentence why nothing does."""
    owned, assignment = selection.owned, selection.assignment
    refusals: list[str] = []
    content: dict[Slot, bytes] = {}
    with ExitStack() as stack:
        for source in _opened(selection):
            try:
                bundle = source.open(stack)
            except SubmissionError as error:
                refusals.append(str(error))
                continue
            picked = candidates(bundle.members, owned.sender, assignment)
            counting, ungraded = recognition.without_ungraded(picked)
            if _add(counting, source, selection):
                selection.ungraded += ungraded
                selection.came_in += [source] * len(ungraded)
                _describe(bundle, picked, selection)
        for slot, (_, file) in selection.chosen.items():
            try:
                content[slot] = recognition.content_of(slot, file, assignment)
            except Unusable as error:
                selection.note(Level.ERROR, str(error))
                content |= recognition.kept_for_a_person(slot, file)
        selection.own_text = sheet_cells.in_ungraded(recognition.read_ungraded(selection.ungraded), assignment)
    if all(slot.kind in (own_modules.KIND, other_files.KIND) for slot in content):
        errors = [finding.text for finding in selection.findings if finding.level == Level.ERROR]
        return {}, (refusals + errors + [_nothing_asked_for(selection)])[0]
    _note_modules({slot.path: data for slot, data in content.items() if slot.kind == own_modules.KIND}, selection)
    for refusal in refusals:
        selection.note(Level.WARNING, f"Another file of this student was not used: {refusal}")
    selection.findings |= dict.fromkeys(for_student(recognition.gaps(content, selection.passed_over, assignment)))
    return content, None


def _note_modules(modules: Mapping[str, bytes], selection: _Selection) -> None:
    """Say which modules are the student's own; of those that came with the notebooks the given ones are imported."""
    given = selection.assignment.given_files
    if own := [path for path in modules if path not in given]:
        selection.note(Level.INFO, f"Modules of the student's own, which the notebooks may import: {listed(own)}.")
    changed = [
        path
        for path, data in modules.items()
        if path in given and data.splitlines() != given[path].read_bytes().splitlines()
    ]
    if changed:
        text = f"Changed, although they came with the notebooks: {listed(changed)}. The files as given are imported."
        selection.note(Level.INFO, text)


def _opened(selection: _Selection) -> list[Source]:
    """Return the sources that are looked at: all loose files, and the latest zips and folders."""
    sources = selection.owned.sources
    passed_over = [source for source in sources if not source.loose][MAX_OPENED:]
    if passed_over:
        names = listed((source.full_name for source in passed_over), quote=True)
        selection.note(Level.WARNING, f"There are more than {MAX_OPENED} zips; not opened: {names}.")
    return [source for source in sources if source not in passed_over]


def _add(picked: Picked, source: Source, selection: _Selection) -> bool:
    """Let a source fill what later ones left open; a whole submission never fills in for a later whole one."""
    chosen, name = selection.chosen, shown(source.full_name)
    for slot in sorted(picked.keys() & chosen.keys()):
        later = chosen[slot][0]
        if slot.kind == "notebook" and not source.loose and not later.loose:
            text = f"There are two submissions: {shown(later.full_name)}, the later one, counts, not {name}."
            selection.note(Level.WARNING, text)
            return False
    for slot, choices in picked.items():
        if slot in chosen and _replaces_untouched(choices[0].file, slot, selection):
            untouched = shown(chosen[slot][0].full_name)
            text = f"{slot.path} was sent twice: {name} counts, as nothing is written in {untouched}."
            selection.note(Level.WARNING, text)
            chosen[slot] = source, choices[0].file
        elif slot in chosen:
            text = f"{slot.path} was sent twice: the one in {shown(chosen[slot][0].full_name)} counts, not {name}."
            selection.note(Level.WARNING, text)
        else:
            chosen[slot] = source, choices[0].file
    return True


def _replaces_untouched(file: HandedIn, slot: Slot, selection: _Selection) -> bool:
    """Whether something is written in a notebook, and nothing in the one that was sent after it."""
    later = selection.chosen[slot][1]
    written = [notebook_choice.count_written(each, slot, selection.assignment) for each in (later, file)]
    return written[0] == 0 and written[1] > 0


def _describe(bundle: Bundle, picked: Picked, selection: _Selection) -> None:
    """Note every repair, and everything that was passed over."""
    assignment, used = selection.assignment, {id(choice.file) for choices in picked.values() for choice in choices}
    selection.findings |= dict.fromkeys(for_student(recognition.repairs(picked)))
    selection.findings |= dict.fromkeys(for_student(own_modules.left_out(bundle.members, picked, assignment)))
    notebooks = [choices[0].file for slot, choices in picked.items() if slot.kind == "notebook"]
    claims = [claim_of(member.name, assignment) for member in notebooks]
    if sentence := recognition.foreign_id((member.name for member in notebooks), selection.owned.sender, assignment):
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
        is_ours = is_given(member, assignment) or is_in_ungraded_folder(member, assignment)
        is_ours = is_ours or _is_stored_sheet(member, bundle, assignment)
        if id(member) not in used and not is_ours:
            selection.passed_over.append(member.path)


def _is_stored_sheet(member: HandedIn, bundle: Bundle, assignment: Assignment) -> bool:
    """Whether `intake.store` wrote the file, as a notebook made of an answer sheet."""
    is_sheet = member.name.endswith(".ipynb") and member.name.removesuffix(".ipynb") in assignment.sheets
    return is_sheet and not bundle.packed and member.folders[-1:] in ((), (assignment.name,))


def _nothing_asked_for(selection: _Selection) -> str:
    owned, assignment = selection.owned, selection.assignment
    files = " and ".join(f"{name}.ipynb" for name in assignment.notebooks)
    sent = listed({source.name or source.full_name: None for source in owned.sources}, quote=True)
    text = f"None of the files that are asked for is in {sent}: send {assignment.zip_name} with {files} in it."
    folders = sorted({f"{path.partition('/')[0]}/" for path, _ in selection.ungraded})
    return f"{text} Notebooks from {' and '.join(folders)} are not handed in." if folders else text
