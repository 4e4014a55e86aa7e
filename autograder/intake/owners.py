"""Who sent each source: by what the instructor sees outside, and only then by what a student wrote inside."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ..formats.members import shown
from ..handin.names import VALID_ID, is_generic, listed, safe_id, stem_of
from ..handin.problems import Level
from ..handin.slots import claim_of
from ..lms.canvas_names import HIDDEN
from ..lms.entries import Entry
from ..lms.groups import Group
from ..lms.logins import words_of
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.report import Finding
from .class_layout import is_notebook, is_zip
from .group_work import share
from .owned import Owned
from .senders import KnownStudents, Senders, group_notes, identify_senders
from .sources import Bundle, Source

MAX_OPENED = 8  # uploads of one student that are opened to see which id is inside
NOT_LISTED = "Nobody in the roster has this id."
MADE_ID = re.compile(r"-[0-9a-f]{8}$")  # as `names.safe_id` makes them


def _key(student: str) -> str:
    """Return what ids that mean the same have in common; capitals tell the marks of hidden names apart."""
    return student if student.startswith(HIDDEN) else student.lower()


class _Claims:
    """Who has what for certain, and who else claims an id by the name of a file."""

    def __init__(self) -> None:
        self.owned: dict[str, Owned] = {}
        self._claims: dict[str, dict[str, list[Source]]] = defaultdict(lambda: defaultdict(list))

    def give(self, student: str, sources: Sequence[Source], warning: str = "") -> Owned:
        """Give sources to a student, for certain."""
        entry = self.owned.setdefault(_key(student), Owned(student))
        entry.sources += sources
        entry.findings += [Finding(Level.WARNING, warning)] if warning else []
        return entry

    def claim(self, student: str, own_name: str, sources: Sequence[Source]) -> None:
        """Give sources to a student if nobody else claims that id, otherwise to whoever goes by `own_name`."""
        self._claims[_key(student)][own_name] += sources

    def settle(self) -> None:
        """Decide on all claims."""
        certain = frozenset(self.owned)
        for student, claimants in self._claims.items():
            for own_name, claiming in claimants.items():
                is_free = len(claimants) == 1 and (student not in certain or claiming[0].entry is not None)
                warning = f"{shown(claiming[0].name)} uses the id {student}, and so does another submission."
                self.give(student if is_free else own_name, claiming, "" if is_free else warning)


def by_owner(
    sources: list[Source], assignment: Assignment, known: KnownStudents = KnownStudents(),
    groups: Sequence[Group] = (),
) -> tuple[list[Owned], list[Source]]:  # fmt: skip
    """Return the students by id, and what a test student sent; nobody gets at another's work by a file's name.

    What the instructor sees from outside counts first: the user of a class download, or the name of a zip or folder.
    Names that are only inside, or that a student gave to an uploaded file, count as long as nobody else claims them,
    or is known by them.
    """
    claims = _Claims()
    senders = identify_senders(sources, known)
    for source in senders.sources:
        if source.entry is None:
            student, is_certain = _identity(source, assignment)
            if is_certain:
                is_made = MADE_ID.search(student) and student.lower() not in source.name.lower()
                warning = f"{shown(source.name)} cannot be an id; the id {student} is used instead." if is_made else ""
                claims.give(student, [source], warning)
            else:
                claims.claim(student, safe_id(stem_of(source.name)), [source])
    _settle_users(senders, claims, known, assignment)
    claims.settle()
    owned = share(claims.owned, groups, known, assignment)
    present = frozenset(entry.student.lower() for entry in owned)
    for entry in owned:
        _describe(entry, senders, present, known)
    for source, sentence in senders.unclear.items():
        student = f"unclear-{hashlib.sha256(source.full_name.encode(errors='surrogatepass')).hexdigest()[:8]}"
        owned.append(Owned(student, [source], problem=sentence))
    return sorted(owned, key=lambda entry: entry.student), senders.trials


def _describe(
    entry: Owned, senders: Senders, present: frozenset[str], known: KnownStudents
) -> None:  # fmt: skip
    """Put the latest source first, and note what an instructor may want to know of the sender."""
    texts = [] if entry.group else [*group_notes(entry.sources, entry.student, present, known)]
    if (
        known.students is not None
        and not entry.student.startswith(HIDDEN)
        and entry.student.lower() not in known.students
    ):
        texts.insert(0, NOT_LISTED)
    entry.findings += [Finding(Level.WARNING, text) for text in texts]
    entry.findings += [senders.notes[source] for source in entry.sources if source in senders.notes]
    entry.sources = sorted(entry.sources, key=lambda source: source.order, reverse=True)


def _settle_users(senders: Senders, claims: _Claims, known: KnownStudents, assignment: Assignment) -> None:
    """Give the entries of class downloads to their users, under ids that are known or that nobody else claims."""
    users = _users(senders)
    entries = {user: uploads[0].entry for user, uploads in users.items() if uploads[0].entry}
    own_ids = {entry.student for entry in entries.values()}
    namesakes = Counter(words_of(entry.name) for entry in entries.values())
    for user, entry in entries.items():
        uploads = users[user]
        called = known.called(entry)
        is_only_one = len(called) == 1 and namesakes[words_of(entry.name)] == 1
        if student := known.student_of(entry) or (next(iter(called)) if is_only_one else None):
            claims.give(student, uploads).is_known = True
            continue
        claim = _claim_by_upload(uploads, assignment)
        claim = known.other_ids.get(claim, claim) if claim else None
        if len(called) > 1 and claim not in called:
            senders.notes[uploads[-1]] = _namesakes(entry, called, assignment)
        if claim is not None and known.of_another(claim, entry):
            file = shown(uploads[0].name)
            warning = f"{file} uses the id {claim}, which belongs to another student on {entry.system}."
            claims.give(entry.student, uploads, warning)
        else:
            student = claim if claim and claim not in own_ids else entry.student
            if entry.login and student != entry.student:
                text = f"The id {student} is that of the files; {entry.system} calls the sender {shown(entry.login)}."
                senders.notes.setdefault(uploads[-1], Finding(Level.INFO, text))
            claims.claim(student, entry.student, uploads)


def _namesakes(entry: Entry, called: Iterable[str], assignment: Assignment) -> Finding:
    text = f"The roster has several students with the name {shown(entry.name)} ({listed(sorted(called))})"
    advice = f"find out who sent it, and grade it again under the name <id>_{assignment.name.upper()}.zip."
    return Finding(Level.WARNING, f"{text}: {advice}")


def _users(senders: Senders) -> dict[str, list[Source]]:
    """Return the uploads of each user; of attempts that each replace the one before, those of the last."""
    users: dict[str, list[Source]] = defaultdict(list)
    for source in senders.sources:
        if source.entry is not None:
            users[source.entry.user].append(source)
    for user, uploads in users.items():
        users[user] = _last_attempt(uploads)
        attempts = {source.entry.sequence for source in uploads if source.entry}
        if len(users[user]) < len(uploads):
            senders.notes[users[user][0]] = Finding(
                Level.INFO, f"There are {len(attempts)} attempts: the last that has a file counts."
            )
    return users


def _last_attempt(uploads: list[Source]) -> list[Source]:
    """Return the uploads of the last attempt that has a file, where each attempt replaces the one before."""
    entries = [source.entry for source in uploads if source.entry]
    last = max(entries, key=lambda entry: (not entry.is_text, entry.sequence))
    if not last.is_last_only:
        return uploads
    return [source for source in uploads if source.entry and source.entry.sequence == last.sequence]


def _claim_by_upload(uploads: list[Source], assignment: Assignment) -> str | None:
    """Return the id that all files of one user agree on, by their names or else by those inside."""
    claims = _claims([source.name for source in uploads if source.entry and source.entry.file], assignment)
    if not claims:
        claims = {claim for source in uploads[:MAX_OPENED] for claim in _claims_inside(source, assignment)[0]}
    return claims.pop() if len(claims) == 1 else None


def _identity(source: Source, assignment: Assignment) -> tuple[str, bool]:
    """Return the student of a source outside class downloads, and whether the id is more than a claim from inside."""
    if claim := claim_of(source.name, assignment):
        return claim, True
    parent = source.path.parent.name if source.path else ""
    if source.name.lower() == assignment.name.lower() and VALID_ID.fullmatch(parent):
        return parent, True  # submitted/<student>/<name>, given by itself
    stem = stem_of(source.name)
    own_name = safe_id(stem.lower() if is_zip(source.name) else source.name)
    if source.in_class and not is_generic(source.name, assignment.name):
        return own_name, True
    claims, trail = _claims_inside(source, assignment)
    lower_trail = [name.lower() for name in trail]
    if assignment.name.lower() in lower_trail[1:]:
        return safe_id(trail[lower_trail.index(assignment.name.lower(), 1) - 1]), True  # submitted/<student>/<name>
    if len(claims) == 1:
        return claims.pop(), not source.in_class
    if is_generic(source.name, assignment.name):
        named = [name for name in reversed(trail) if not is_generic(name, assignment.name) and name != assignment.kit]
        return (safe_id(stem_of(named[0])), False) if named else (own_name, False)
    return own_name, True


def _claims_inside(source: Source, assignment: Assignment) -> tuple[set[str], tuple[str, ...]]:
    """Return the ids that the names inside a source claim, and the names of its inner zips and folders."""
    bundle = attempt("Opening a submission", source.look, lambda _: Bundle(()), reads=True)  # reading it again says why
    notebooks = [member.name for member in bundle.members if is_notebook(member, assignment)]
    return _claims(bundle.names, assignment) or _claims(notebooks, assignment), bundle.names


def _claims(names: Sequence[str], assignment: Assignment) -> set[str]:
    return {claim for name in names if (claim := claim_of(name, assignment)) is not None}
