"""A class with realistic answers to the items that people mark, and what each answer truly earns.

`written_answers/<item>.toml` holds sentences, each with the rows of the rubric that it earns: an answer is put together
from them, so its true ticks are known without a person. Short answers are whole ones that many write; the parts make
longer ones, of which hardly any two are the same.

Shares: no study gives them for homework of this kind, so they are set by hand, and on the careful side. Of answers of
a sentence a third is one of the common ones (Basu, Jacobs and Vanderwende 2013 have the half of answers of up to 20
words in a few large clusters), of essays an eighth. One student in eight copies, from one other, two answers in three;
nearly half of the copies are letter by letter, the others are dressed up, and in every tenth one word is exchanged that
changes the mark. One answer in twenty-five is untouched, one in fifty says that the student does not know.
"""

from __future__ import annotations

import io
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from autograder.assignments.hw4 import demo
from autograder.assignments.hw4.demo import writing as demo_writing
from autograder.course import sheets
from autograder.handin.filled_sheet import ANSWER_MARK
from autograder.handin.notebook_answers import UNTOUCHED
from autograder.model.assignment import Assignment

ANSWERS = Path(__file__).with_name("written_answers")
SENTENCES = ("cbow_structure", "neg_efficiency", "plot_reading")  # items with short answers
SEED = 18739

NOTHING_AT_ALL = 0.03  # of the students: whose written half is untouched
LEFT_UNTOUCHED, DOES_NOT_KNOW = 0.04, 0.02  # of the answers of the others
COPIES, OF_ANSWERS = 0.12, 0.67  # of the students, and of the answers of such a student
VERBATIM, DRESSED, WITH_SLIPS, PARAPHRASED, TWISTED = 45, 20, 15, 10, 10  # of a hundred copies
COMMON_SHORT, COMMON_LONG, COMMON_STEPS = 0.35, 0.12, 0.05  # of one's own answers: whole ones that many write
SLIPS, DRESS = 0.15, 0.3  # of one's own answers: with typing errors, in another layout
ON_PAPER, ONLY_FORMULA = 0.2, 0.12  # of the students with derivations: steps in a PDF; no steps at all
ABILITY = (2.2, 1.6)  # of a beta distribution: on average 0.58 of the parts are right

NO_ANSWER = (
    "I don't know", "I don't know.", "idk", "I do not know", "No idea, sorry.", "no idea", "?", "not sure", "n/a",
    "TODO", "I ran out of time.", "I did not understand this question",
)  # fmt: skip
UNREADABLE = "see the last line below"
FILLERS = ("actually ", "also ")
_CHOICE = re.compile("⟨([^⟨⟩]*)⟩")
_WORD = re.compile(r"(?<![\\\w$^{])[a-z]{6,}(?![\w}])")


@dataclass(frozen=True)
class Part:
    """A sentence or clause, and the rows of the rubric that it earns; "3a" and "3b" earn row 3 together."""

    text: str
    ticks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Written:
    """What one student wrote for one item."""

    parts: tuple[Part, ...] = ()
    text: str = ""  # the parts put together, with typing errors and layout
    formula: Part | None = None
    on_paper: tuple[Part, ...] = ()  # what the PDF says
    copied: str = ""  # how, if it is a copy: "verbatim", "dressed", "slips", "paraphrased", "twisted"
    source: str = ""  # whose answer was copied


@dataclass(frozen=True)
class Student:
    """One student of the class."""

    id: str
    written: Mapping[str, Written]
    has_pdf: bool
    ticks: Mapping[str, frozenset[str]]  # by item: what a careful marker would tick

    def answer(self, item: str) -> str:
        """Return the text for the space of an item, "" for an untouched one."""
        written = self.written[item]
        block = f"```formula\n{written.formula.text}\n```" if written.formula else ""
        return f"{block}\n\n{written.text}".strip()


def students(count: int, seed: int = SEED) -> list[Student]:
    """Return a class; a larger one with the same seed begins with the same students."""
    made: list[Student] = []
    for number in range(count):
        made.append(_student(f"student{number:04}", random.Random(f"{seed} {number}"), made))
    return made


def files(student: Student, assignment: Assignment, builder: demo.Builder) -> dict[str, bytes]:
    """Return the files of a submission by their names without the student's prefix, for `demo.packed`."""
    cells = {"plot_reading": f"{ANSWER_MARK}\n\n{student.answer('plot_reading') or UNTOUCHED}"}
    made = {f"{name}.ipynb": builder.solved(name, cells=cells) for name in assignment.notebooks}
    made["word_vectors.png"] = plot(student.id)
    for name in assignment.sheets:
        made[f"answers/{name}.md"] = sheet_of(student, assignment, name).encode()
    if student.has_pdf:
        made["derivation.pdf"] = pdf(student.id)
    return made


def sheet_of(student: Student, assignment: Assignment, name: str) -> str:
    """Return a sheet as the student filled it in."""
    text = sheets.released_text(assignment.sheet(name))
    for item in assignment.sheet(name).items:
        if answer := student.answer(item.id):
            before, heading, after = text.partition(f"`{item.id}`")
            space = f"{ANSWER_MARK}\n\n{item.space}" if item.space else ANSWER_MARK
            text = before + heading + after.replace(space, f"{ANSWER_MARK}\n\n{answer}", 1)
    return text


def plot(student: str) -> bytes:
    """Return a plot of words that nobody else has."""
    rng = random.Random(student)
    picture = Image.new("RGB", (1000, 800), "white")
    pen = ImageDraw.Draw(picture)
    for number in range(40):
        pen.text((rng.randrange(40, 920), rng.randrange(40, 720)), f"word{number}", fill="black", font_size=18)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def pdf(student: str) -> bytes:
    """Return the pages of a derivation, in a file that nobody else has."""
    return _pages() + f"\n% {student}\n".encode()


@cache
def _pages() -> bytes:
    return demo_writing.derivation_pdf()


@cache
def sentences() -> Mapping[str, Any]:
    """Return what `written_answers` holds, by item."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(ANSWERS.glob("*.toml"))}


def _student(name: str, rng: random.Random, others: Sequence[Student]) -> Student:
    ability = rng.betavariate(*ABILITY)
    copies_from = rng.choice(others) if others and rng.random() < COPIES else None
    nothing = rng.random() < NOTHING_AT_ALL
    on_paper, only_formula = rng.random() < ON_PAPER, rng.random() < ONLY_FORMULA
    written = {}
    for item, said in sentences().items():
        if nothing or rng.random() < LEFT_UNTOUCHED:
            written[item] = Written()
        elif rng.random() < DOES_NOT_KNOW:
            written[item] = Written(text=rng.choice(NO_ANSWER))
        elif copies_from and rng.random() < OF_ANSWERS:
            written[item] = _copied(item, copies_from, rng)
        else:
            own = _own(item, said, ability, rng)
            if "formula" in said and (on_paper or only_formula):
                own = Written(formula=own.formula, on_paper=own.parts if on_paper else ())
            written[item] = own
    has_pdf = any(each.on_paper for each in written.values())
    written = {item: each if has_pdf else replace(each, on_paper=()) for item, each in written.items()}
    return Student(name, written, has_pdf, {item: _ticks(each, sentences()[item]) for item, each in written.items()})


def _own(item: str, said: Mapping[str, Any], ability: float, rng: random.Random) -> Written:
    """Return an answer of somebody's own: a common one, or put together from parts."""
    formula = _formula(said["formula"], ability, rng) if "formula" in said else None
    common = COMMON_SHORT if item in SENTENCES else COMMON_STEPS if formula else COMMON_LONG
    if rng.random() < common:
        whole = rng.choices(said["whole"], [each["share"] for each in said["whole"]])[0]
        parts = (Part(_spelled(whole["text"], rng), frozenset(whole["ticks"])),)
    else:
        parts = tuple(_part(each, ability, rng) for each in said["part"])
        parts = tuple(part for part in parts if part.text)
    if not parts and not formula:
        return Written(text=rng.choice(NO_ANSWER))
    text = said["separator"].join(part.text for part in parts)
    if rng.random() < SLIPS:
        text = with_slips(text, rng)
    if rng.random() < DRESS:
        text = dressed(text, rng)
    return Written(parts, _joined(text), formula)


def _part(said: Mapping[str, Any], ability: float, rng: random.Random) -> Part:
    if rng.random() < ability:
        return Part(_spelled(rng.choice(said["right"]), rng), frozenset(said["ticks"]))
    return Part(_spelled(rng.choice([*said["wrong"], ""]), rng))


def _formula(said: Mapping[str, Any], ability: float, rng: random.Random) -> Part | None:
    if rng.random() < 0.3 + 0.65 * ability:
        return Part(rng.choice(said["right"]), frozenset(said["ticks"]))
    if rng.random() < 0.2:
        return Part(UNREADABLE) if rng.random() < 0.4 else None
    wrong = rng.choice(said["wrong"])
    return Part(wrong["text"], frozenset(wrong["ticks"]))


def _copied(item: str, copies_from: Student, rng: random.Random) -> Written:
    """Return the answer of somebody who has seen another one; what stands on paper cannot be copied here."""
    said = sentences()[item]
    kinds = ["verbatim", "dressed", "slips", "paraphrased", "twisted"]
    kind = rng.choices(kinds, [VERBATIM, DRESSED, WITH_SLIPS, PARAPHRASED, TWISTED])[0]
    source = replace(copies_from.written[item], on_paper=(), copied=kind, source=copies_from.id)
    if kind == "dressed":
        return replace(source, text=dressed(source.text, rng))
    if kind == "slips":
        return replace(source, text=with_slips(source.text, rng))
    if kind == "paraphrased" and source.parts:
        return _of_parts(source, [_reworded(part, said, rng) for part in source.parts], said)
    if kind == "twisted":
        return _twisted(source, said, rng)
    return source


def _of_parts(source: Written, parts: Sequence[Part], said: Mapping[str, Any]) -> Written:
    return replace(source, parts=tuple(parts), text=_joined(said["separator"].join(part.text for part in parts)))


def _reworded(part: Part, said: Mapping[str, Any], rng: random.Random) -> Part:
    """Return another sentence that earns the same."""
    same = [
        text for each in said["part"] for text in each["right"] if part.ticks and frozenset(each["ticks"]) == part.ticks
    ]
    return Part(_spelled(rng.choice(same), rng), part.ticks) if same else part


def _twisted(source: Written, said: Mapping[str, Any], rng: random.Random) -> Written:
    """Return a copy in which one word is exchanged such that the mark is another."""
    places = [
        (number, old)
        for number, part in enumerate(source.parts)
        for old, new in said["twists"].items()
        if old in part.text and part.ticks & set(new["loses"])
    ]
    if not places:
        return source
    number, old = rng.choice(places)
    part, new = source.parts[number], said["twists"][old]
    changed = Part(part.text.replace(old, new["to"], 1), part.ticks - set(new["loses"]))
    return _of_parts(source, [*source.parts[:number], changed, *source.parts[number + 1 :]], said)


def _ticks(written: Written, said: Mapping[str, Any]) -> frozenset[str]:
    """Return the rows of the rubric that an answer earns; of a row in two halves, only both earn it."""
    formula = [written.formula] if written.formula else []
    found = {tick for part in (*written.parts, *written.on_paper, *formula) for tick in part.ticks}
    whole = {tick for tick in found if not tick[-1].isalpha()}
    halves = {tick[:-1] for tick in found if tick.endswith("a") and f"{tick[:-1]}b" in found}
    return frozenset(whole | halves)


def _spelled(text: str, rng: random.Random) -> str:
    """Return a sentence with one of the wordings in each place."""
    while "⟨" in text:
        text = _CHOICE.sub(lambda match: rng.choice(match[1].split("¦")), text)
    return text


def _joined(text: str) -> str:
    return re.sub(r" +([,.;)])", r"\1", text).strip()


def with_slips(text: str, rng: random.Random) -> str:
    """Return a text with one or two slips of somebody who types fast."""
    for _ in range(rng.choice([1, 1, 2])):
        words = list(_WORD.finditer(text))
        if words and rng.random() < 0.7:
            match = rng.choice(words)
            text = text[: match.start()] + _slip(match[0], rng) + text[match.end() :]
        elif rng.random() < 0.5:
            text = text.replace(" the ", " ", 1)
        else:
            text = re.sub(r"(?<= )(?=(?:is|are|predicts|uses|gives|shows)\b)", rng.choice(FILLERS), text, count=1)
    return text


def _slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    return rng.choice([
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    ])  # fmt: skip


def dressed(text: str, rng: random.Random) -> str:
    """Return a text in another layout or notation."""
    return rng.choice(list(_dresses(text)))


def _dresses(text: str) -> Iterator[str]:
    yield text.rstrip(".")
    yield text.replace(". ", ".\n")
    yield "\n".join(f"> {line}" for line in text.split("\n"))
    yield f"{text[:1].lower()}{text[1:]}"
    yield text.replace("$", "$$") if "\n" not in text else text
    yield re.sub(r"\\hat\{y\}", r"\\hat y", text).replace("^T ", r"^\top ")
    yield re.sub(r"\$([^$]+)\$", r"\\(\1\\)", text)
    yield text.replace("Skip-gram", "**Skip-gram**", 1).replace('"', "*")
    yield text.replace("v_c", "v_{c}").replace("u_k", "u_{k}")
    yield text.replace("Skip-gram", "Skipgram").replace("skip-gram", "skip gram")
    yield f"Answer: {text}"
