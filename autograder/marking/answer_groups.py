"""Answers to one item that are the same: one decision marks all of them, and each can be taken out.

Each answer has a key, and equal keys are a group. The key is the text but for what cannot change a mark: how it looks
(`plain_tokens`), words without meaning (`word_choice`) and words that are misspelt (`misspellings`). So there is no
chain from one answer over a second to a third, and no likeness above which two answers count as one: whatever is not
known to mean nothing keeps them apart.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..handin import filled_sheet
from ..model.report import FormulaStatus
from . import likeness_order, misspellings, plain_tokens, word_choice
from .student_answers import Answer, Status

LONGEST = 8_000  # characters of an answer that is read; of longer ones only those with the very same text are alike
MOST_WORK = 1_500_000  # for a class, the shortest answers first: 2 to 6 s; 3,000 model answers make 1,200,000 at most

# Names that stand for an operation and not for a quantity, in right formulas: there all spellings are equal.
_OPERATIONS = {
    *"sigma sigmoid dot sum T top transpose frac dfrac cdot times left right big mathbf mathrm bm vec".split(),
    *"boldsymbol text operatorname begin end cases exp log if otherwise where quad qquad".split(),
}
_NAME = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Compared:
    """What is compared of one answer."""

    text: str
    beside: str = ""  # digest of all that is shown beside the text: pictures, pages of a PDF, files; "" for nothing
    formula: str = ""  # what the checker says of its formula (`FormulaStatus`); "" where none is asked for
    diagnosis: str = ""  # the checker's sentence


@dataclass(frozen=True)
class Group:
    """Students whose answers to one item are the same."""

    students: tuple[str, ...]
    spellings: tuple[str, ...]  # one student for each different spelling, the most frequent first

    @property
    def identical(self) -> bool:
        """Whether all members wrote the same, but for layout, capitals and notation."""
        return len(self.spellings) == 1


@dataclass(frozen=True)
class _Read:
    """An answer that was read."""

    tokens: tuple[str, ...]
    formula: str  # what counts of the formula block

    @property
    def words(self) -> frozenset[str]:
        return frozenset(filter(plain_tokens.is_word, self.tokens))


def compared(answer: Answer) -> Compared:
    """Return what of an answer has to be the same in a group."""
    # What is not all here, or is looked for elsewhere, is the same only where everything is.
    is_all = answer.status is Status.WRITTEN and len(answer.text) <= LONGEST
    return Compared(answer.text, answer.beside if is_all else answer.digest, answer.formula or "", answer.diagnosis)


def groups(answers: Mapping[str, Compared], question: str, splits: Collection[str] = ()) -> list[Group]:
    """Return all students in groups, in the order in which they are best marked: large groups first, then by likeness.

    Never raises, whatever the texts are, and the same answers give the same groups in the same order.

    Args:
        answers: By student, those that a person has to mark: not the empty ones.
        question: Its words are not the students'.
        splits: Students who were taken out of their group: each stands alone.
    """
    read = _read_all(answers)
    asked = plain_tokens.tokens(question[:LONGEST])
    corrected = misspellings.corrections((answer.words for answer in read.values()), asked)
    repeated = word_choice.of_question(asked)
    keys: dict[Compared, str] = {}
    for answer in read:
        keys[answer] = word_choice.key(read[answer].tokens, repeated, corrected)
    members: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for student in sorted(answers):
        answer = answers[student]
        alone = student if student in splits else ""
        said = ("read", keys[answer], read[answer].formula) if answer in read else ("not read", answer.text, "")
        members[(*said, answer.beside, answer.formula, answer.diagnosis, alone)].append(student)
    found = sorted(members.values(), key=lambda students: _digest(answers[students[0]].text, students[0]))
    made = [Group(tuple(students), _spellings(students, answers, read)) for students in found]
    return _ordered(
        made, {student: read[answer].tokens for student, answer in answers.items() if answer in read}, asked
    )


def _read_all(answers: Mapping[str, Compared]) -> dict[Compared, _Read]:
    """Return what was read of the different answers, as far as the limits allow."""
    read: dict[Compared, _Read] = {}
    left = MOST_WORK
    for answer in sorted({*answers.values()}, key=lambda answer: (len(answer.text), answer.text)):
        left -= plain_tokens.work(answer.text[:LONGEST])
        if len(answer.text) > LONGEST or left < 0:
            break
        read[answer] = _read(answer)
    return read


def _read(answer: Compared) -> _Read:
    """Return the tokens of an answer. A right formula counts by the names in it, any other one by its tokens."""
    text, formula = answer.text.replace(filled_sheet.ANSWER_MARK, " "), ""
    if answer.formula == FormulaStatus.RIGHT:
        block = next((block for block in filled_sheet.FORMULA.finditer(text) if block["body"].strip()), None)
        if block:
            right_side = block["body"].rpartition("=")[2].replace("hat", " hat ")  # "yhat" is "\\hat{y}"
            names = {*_NAME.findall(right_side)} - _OPERATIONS
            text, formula = text[: block.start()] + "\n\n" + text[block.end() :], " ".join(sorted(names))
    return _Read(tuple(plain_tokens.tokens(text)), formula)


def _spellings(
    students: Iterable[str], answers: Mapping[str, Compared], read: Mapping[Compared, _Read]
) -> tuple[str, ...]:
    first: dict[object, str] = {}
    count: Counter[object] = Counter()
    for student in students:
        answer = answers[student]
        spelling = (read[answer].tokens, read[answer].formula) if answer in read else answer.text
        first.setdefault(spelling, student)
        count[spelling] += 1
    return tuple(first[spelling] for spelling, _ in count.most_common())


def _ordered(made: Iterable[Group], tokens: Mapping[str, tuple[str, ...]], asked: Iterable[str]) -> list[Group]:
    by_size: dict[int, list[Group]] = defaultdict(list)
    for group in made:
        by_size[len(group.students)].append(group)
    ordered: list[Group] = []
    for size in sorted(by_size, reverse=True):
        same = by_size[size]
        texts = [tokens.get(group.students[0], ()) for group in same]
        ordered += [same[number] for number in likeness_order.chain(texts, asked)]
    return ordered


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
