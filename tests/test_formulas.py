"""Does the check of formulas accept every spelling of a right one, and no wrong one, whatever is typed?"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from waiting import DEADLINE_S

from autograder.assignments.hw4 import formula_diagnosis, formula_points
from autograder.assignments.hw4.checks import reference
from autograder.assignments.hw4.formula_edits import Mistake
from autograder.course import sheets
from autograder.grading import formulas
from autograder.handin import filled_sheet
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError
from autograder.model.report import FormulaStatus
from autograder.nbgrader import leak_scan

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
sys.path.insert(0, str(SOURCE_DIR))

from hw4kit import formula  # noqa: E402
from hw4kit.formula import Kind, check, tokens  # noqa: E402
from hw4kit.formula.comparison import QUESTIONS  # noqa: E402
from hw4kit.formula.points import Point, points  # noqa: E402

SOFTMAX_U, NEG_V, NEG_U = formula.ITEMS
FUZZ = settings(max_examples=int(os.environ.get("HW4_FUZZ", "150")), deadline=None)
STATUS = {Kind.RIGHT: "right", Kind.EMPTY: "empty", Kind.NOT_UNDERSTOOD: "undecided", Kind.UNDECIDED: "undecided"}
OF_SHAPE = {Mistake.TRANSPOSED, Mistake.WRONG_SHAPE}


@dataclass(frozen=True)
class Spelling:
    item: str
    kind: Kind | Mistake  # for wrong ones what a marker is told
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.item}-{self.kind.name}-{' '.join(self.text.split())[:60]}"


def read_spellings() -> list[Spelling]:
    found = []
    table = Path(__file__).with_name("formula_spellings.txt").read_text(encoding="utf-8")
    for entry in re.split(r"^@ ", table, flags=re.MULTILINE)[1:]:
        head, _, body = entry.partition("\n")
        item, kind, *place = head.split()
        text = "\n".join(line for line in body.split("\n") if not line.startswith("#")).strip("\n")
        found.append(
            Spelling(item, (Mistake if kind in Mistake.__members__ else Kind)[kind], place[0] if place else "", text)
        )
    return found


SPELLINGS = read_spellings()
RIGHT = [spelling for spelling in SPELLINGS if spelling.kind is Kind.RIGHT]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=str)
def test_says_of_each_spelling_what_is_true_of_it(spelling: Spelling) -> None:
    result = check(spelling.item, spelling.text)

    assert result.status == STATUS.get(spelling.kind, "wrong"), result.diagnosis
    assert result.diagnosis.isprintable()
    if isinstance(spelling.kind, Mistake):
        found = formula_diagnosis.diagnose(formula, spelling.item, spelling.text)
        assert result.kind is (Kind.WRONG_SHAPE if spelling.kind in OF_SHAPE else Kind.WRONG)
        assert found.mistake is spelling.kind, found.sentence
        assert found.sentence.isprintable()
    else:
        assert result.kind is spelling.kind, result.diagnosis
    if spelling.place:
        line, column = spelling.place.split(":")
        place = f"line {line}, column {column}" if "\n" in spelling.text else f"column {column}"
        assert result.diagnosis.startswith(f"Not understood at {place}: ")


def test_the_table_has_right_and_wrong_ones_for_each_item_in_both_notations() -> None:
    """Every kind of diagnosis occurs, and every item is there with and without LaTeX, right and wrong."""
    counts = Counter(
        (spelling.item, STATUS.get(spelling.kind, "wrong"), "\\" in spelling.text) for spelling in SPELLINGS
    )

    assert len({(spelling.item, spelling.text) for spelling in SPELLINGS}) == len(SPELLINGS) >= 450
    assert {spelling.kind for spelling in SPELLINGS} == {*Mistake, *Kind} - {Kind.WRONG, Kind.WRONG_SHAPE}
    for item, status, latex in itertools.product(formula.ITEMS, ("right", "wrong"), (True, False)):
        assert counts[item, status, latex] >= 5


@pytest.mark.parametrize(
    ("item", "text", "words"),
    [
        (NEG_V, "sum_k(sigma(dot(u_k, v_c)) u_k)", "The term with u_o is missing"),
        (NEG_V, "(sigma(dot(u_o, v_c)) - 1) u_o", "The term with u_k is missing"),
        (SOFTMAX_U, "-y_w v_c", "A term with v_c and yhat_w is missing"),
        (NEG_V, "(sigma(dot(u_o, v_c)) - 1) u_o - sum_k(sigma(dot(u_k, v_c)) u_k)", "A sign is wrong at column 34"),
        (
            NEG_V,
            "(sigma(dot(u_o, v_c)) - 1) u_o\n+ sum_w(sigma(dot(u_w, v_c)) u_w)",
            "wrong words, at line 2, column 3",
        ),
        (SOFTMAX_U, "(yhat_w - y_w) u_w", "A different quantity belongs at column 16"),
        (SOFTMAX_U, "2 (yhat_w - y_w) v_c", "The part at column 1 does not belong there"),
        (NEG_U, "(sigma(u_o^T v_c) - 1) v_c", "the gradient of the negative sampling cost for u_o"),
    ],
)
def test_tells_the_marker_which_part_it_is(item: str, text: str, words: str) -> None:
    assert words in formula_diagnosis.diagnose(formula, item, text).sentence


@pytest.mark.parametrize(
    ("item", "text", "words"),
    [
        (NEG_V, "sum(sigma(dot(u_k, v_c)), u_k)", "found ',', expected an operator or ')'"),
        (NEG_V, "sigma(u_o v_c) u_o", "write dot(a, b) or a^T b"),
        (NEG_U, "sigma(u_k^T v_c)", "this is a number, and the gradient is a column vector"),
        (SOFTMAX_U, "(yhat_w - y_w) v_c^T", "this is a row vector, transposed, and the gradient is a column vector"),
        (NEG_U, "s v_c, s = 2 s", "a shorthand is defined by itself"),
        (NEG_U, "s v_c, s = 2 u_o^T v_c, s = sigma(u_k^T v_c)", "a shorthand is defined twice"),
    ],
)
def test_tells_the_student_what_is_wrong_with_notation_and_shape(item: str, text: str, words: str) -> None:
    assert words in check(item, text).diagnosis


def test_tells_the_student_no_more_of_a_wrong_formula_than_that_it_is_wrong() -> None:
    """Whether a sign, a term or a sum is at fault would lead to the answer step by step: nothing says it."""
    wrong = [entry for entry in SPELLINGS if isinstance(entry.kind, Mistake) and entry.kind not in OF_SHAPE]

    assert {check(entry.item, entry.text).diagnosis for entry in wrong} == {"It differs from the gradient."}
    assert {check(entry.item, entry.text).kind for entry in wrong} == {Kind.WRONG}


def test_no_formula_and_an_unknown_item() -> None:
    assert check(NEG_U, None).status == "empty"
    assert check(NEG_U, " \n ").status == "empty"
    with pytest.raises(KeyError):
        check("attacks", "v_c")


# The truth that formulas are compared with


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_the_stored_gradients_are_those_of_the_reference(question) -> None:
    """The kit holds numbers, and no way to get to them; they agree with formulas that no student has."""
    for point in points(question.cost, question.word):
        _, center, outputs = true_gradients(point)
        samples = Counter(point.samples)

        np.testing.assert_allclose(point.gradient("v_c"), center, rtol=0, atol=1e-13)
        np.testing.assert_allclose(point.gradient("U"), outputs, rtol=0, atol=1e-13)
        assert max(samples.values()) > 1, "some samples repeat"
        assert point.words["o"] not in samples
        assert question.word == "w" or samples[point.words["k"]] == 1


def test_the_points_of_the_kit_are_those_that_the_instructors_side_makes() -> None:
    stored = json.loads((SOURCE_DIR / formula_points.FILE).read_text(encoding="utf-8"))
    made = json.loads(formula_points.render())

    def same(one: Any, other: Any) -> bool:
        if isinstance(one, dict):
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        if isinstance(one, list) and one and isinstance(one[0], dict):
            return len(one) == len(other) and all(map(same, one, other))
        return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-12, atol=1e-14)

    assert same(stored, made)


def test_a_point_of_ones_own_has_no_gradient() -> None:
    """The numbers are for the points of the file, and tell nothing about others."""
    known = points("softmax", "w")[0]
    own = Point("softmax", known.outputs + 1, known.inputs, known.words, known.samples)

    with pytest.raises(KeyError):
        own.gradient("v_c")


def true_gradients(point: Point) -> reference.CostAndGradients:
    if point.cost == "softmax":
        return reference.softmax_cost_and_gradients(point.center, point.words["o"], point.outputs)
    return reference.negative_sampling_cost_and_gradients(point.center, point.words["o"], point.outputs, point.samples)


def fresh_points(question) -> list[Point]:
    """Return points that the checker does not use, of other sizes."""
    rng = np.random.default_rng(1)
    found = []
    for n_words, n_dimensions, same in ((6, 3, False), (7, 5, True), (5, 2, False)):
        outputs, inputs = rng.normal(size=(2, n_words, n_dimensions))
        word = 0 if same and question.word == "w" else 1
        found.append(Point(question.cost, outputs, inputs, {"o": 0, "c": 2, question.word: word}, (3, 1, 4, 3, 2)))
    return found


Piece = tuple[str, Callable[[Point], np.ndarray]]


def _score(letter: str) -> Callable[[Point], float]:
    return lambda point: float(point.outputs[point.words[letter]] @ point.center)


def _numbers(item: str) -> list[Piece]:
    if item == SOFTMAX_U:
        return [
            ("", lambda point: 1.0),
            ("yhat_w", lambda point: point.probabilities[point.words["w"]]),
            ("yhat_o", lambda point: point.probabilities[point.words["o"]]),
            ("y_w", lambda point: float(point.words["w"] == point.words["o"])),
        ]
    return [
        ("", lambda point: 1.0),
        ("sigma(u_o^T v_c)", lambda point: reference.sigmoid(_score("o")(point))),
        ("sigma(-u_o^T v_c)", lambda point: reference.sigmoid(-_score("o")(point))),
        ("sigma(u_k^T v_c)", lambda point: reference.sigmoid(_score("k")(point))),
        ("sigma(-u_k^T v_c)", lambda point: reference.sigmoid(-_score("k")(point))),
    ]


def _vectors(item: str) -> list[Piece]:
    letter = "w" if item == SOFTMAX_U else "k"
    return [
        ("v_c", lambda point: point.center),
        ("u_o", lambda point: point.outputs[point.words["o"]]),
        (f"u_{letter}", lambda point: point.outputs[point.words[letter]]),
    ]


@pytest.mark.parametrize("item", [SOFTMAX_U, NEG_U])
def test_of_all_formulas_with_two_terms_exactly_the_right_ones_are_accepted(item: str) -> None:
    """The truth is worked out apart from the checker, and at other points."""
    question = QUESTIONS[item]
    terms = [
        (f"{sign} {number} {vector}", lambda point, s=sign, n=n, v=v: (1 if s == "+" else -1) * n(point) * v(point))
        for sign, (number, n), (vector, v) in itertools.product("+-", _numbers(item), _vectors(item))
    ]
    fresh = fresh_points(question)
    true = [true_gradients(point)[2][point.words[question.word]] for point in fresh]
    values = {text: [value(point) for point in fresh] for text, value in terms}
    accepted = refused = 0
    for first, second in itertools.combinations(values, 2):
        pairs = zip(values[first], values[second], true, strict=True)
        is_right = all(np.allclose(one + other, gradient, rtol=1e-9, atol=1e-12) for one, other, gradient in pairs)
        status = check(item, f"{first} {second}").status

        assert status == ("right" if is_right else "wrong"), f"{first} {second}"
        accepted, refused = accepted + is_right, refused + (not is_right)
    assert accepted >= 1
    assert refused > 250


def test_of_all_sums_over_the_samples_exactly_the_right_ones_are_accepted() -> None:
    """A term for the target and one for the samples, with every sign, factor and vector that may be mistaken."""
    fresh = fresh_points(QUESTIONS[NEG_V])
    true = [true_gradients(point)[1] for point in fresh]
    accepted = []
    targets = [(s, n, v) for s, n, v in itertools.product("+-", _numbers(NEG_V)[:3], _vectors(NEG_V)[:2])]
    samples = list(itertools.product("+-", ("", *_numbers(NEG_V)[3:]), _vectors(NEG_V), ("sum_k", "sum_w")))
    for (sign, number, vector), (sign_k, number_k, vector_k, over) in itertools.product(targets, samples):
        number_k = number_k or _numbers(NEG_V)[0]
        summed = f"{number_k[0]} {vector_k[0]}".replace("_k", over[3:])
        text = f"{sign} {number[0]} {vector[0]} {sign_k} {over}({summed})"
        is_right = True
        for point, gradient in zip(fresh, true, strict=True):
            words = point.samples if over == "sum_k" else range(len(point.outputs))
            moved = [Point(point.cost, point.outputs, point.inputs, {**point.words, "k": word}, ()) for word in words]
            total = sum(number_k[1](place) * vector_k[1](place) for place in moved) * (1 if sign_k == "+" else -1)
            total = total + number[1](point) * vector[1](point) * (1 if sign == "+" else -1)
            is_right &= np.allclose(total, gradient, rtol=1e-9, atol=1e-12)
        status = check(NEG_V, text).status

        assert status == ("right" if is_right else "wrong"), text
        accepted += [text] if is_right else []
    assert accepted == ["- sigma(-u_o^T v_c) u_o + sum_k(sigma(u_k^T v_c) u_k)"]


# Random changes

# Right ones that end where the formula ends: nothing behind it says for which words it holds, or what a letter means.
BEHIND = (
    r"for |forall|∀|where|with|[kjw] ?= ?1|= ?10|\\in |\\le |; |, [a-zA-Z]|"
    r"\\quad|\\q|\\neq? o|neq o\)$|#|\\tag|\\text{ "
)
BARE = [entry for entry in RIGHT if not re.search(BEHIND, entry.text)]

SCALARS = [
    "u_o^T v_c",
    "sigma(u_o^T v_c)",
    "p(o)",
    "exp(-u_o^T v_c)",
    "sum_x(p(x)^2)",
    "1 / V",
    "e^(u_o^T u_o)",
    "p(o)^9",
]
COEFFICIENTS = ["", "2", "0.5", "0.001", "1e-7", "1e-11", "0.001^5", "exp(-30)", "9^9"]


@FUZZ
@given(
    st.sampled_from([entry for entry in BARE if not re.search(r"\n|[wk] ?!?=+ ?o( else.*)?$|\.$", entry.text)]),
    st.sampled_from("+-"),
    st.sampled_from(COEFFICIENTS),
    st.lists(st.sampled_from(SCALARS), max_size=4),
    st.sampled_from(["v_c", "u_o", "(u_o - v_c)"]),
)
def test_a_right_formula_with_something_added_is_never_accepted(
    right: Spelling, sign: str, coefficient: str, scalars: list[str], vector: str
) -> None:
    """However small it is: what no tolerance could tell apart goes to a person."""
    text = f"{right.text} {sign} {coefficient} {' '.join(f'({scalar})' for scalar in scalars)} {vector}"

    assert check(right.item, text.replace("$", "")).status in ("wrong", "undecided")


@FUZZ
@given(
    st.sampled_from([entry for entry in BARE if not re.search(r"[\n=:$]|\.$|begin|\[", entry.text)]),
    st.lists(
        st.sampled_from(["({})", "-(-({}))", "1 ({})", "({}) 1", "\\left[ {} \\right]", "${}$", "dJ/dx = {}", " {} ."])
    ),
)
def test_dressing_a_right_formula_up_does_not_hurt_it(right: Spelling, dresses: list[str]) -> None:
    text = right.text
    for dress in sorted(dresses, key=lambda dress: "=" in dress or "." in dress)[:6]:
        text = text if ("=" in text or text.endswith(".")) else dress.replace("{}", text)

    assert check(right.item, text).status == "right", text


@FUZZ
@given(st.sampled_from(RIGHT), st.data())
def test_a_damaged_right_formula_never_raises(right: Spelling, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(right.text)))
    end = data.draw(st.integers(start, min(len(right.text), start + 4)))
    text = right.text[:start] + data.draw(st.text(max_size=3)) + right.text[end:]

    assert check(right.item, text).status in list(FormulaStatus)


PIECES = [
    *"u_w v_c u_o u_k y_w yhat_w p(x) sigma( exp( dot( sum_k sum_w( sum_{x=1}^V e K V U 1 2 w o k if otherwise".split(),
    *"( ) [ ] { } + - * / ^ _ ^T , ; : . = != & \\\\ dJ/du_w \\sum_{k=1}^{K} \\frac".split(),
    *"\\hat \\mathbf \\left( \\right) \\begin{cases} \\end{cases}".split(),
    "\n",
]


@FUZZ
@given(st.sampled_from(formula.ITEMS), st.lists(st.sampled_from(PIECES), max_size=60))
@example(SOFTMAX_U, ["("] * 60)
def test_pieces_in_any_order_are_never_a_fault(item: str, pieces: list[str]) -> None:
    result = check(item, " ".join(pieces))

    assert result.status in ("wrong", "undecided", "empty")
    assert result.diagnosis.isprintable()


@FUZZ
@given(st.sampled_from(formula.ITEMS), st.text())
def test_any_text_is_answered(item: str, text: str) -> None:
    result = check(item, text)

    assert result.status in ("wrong", "undecided", "empty")
    assert result.diagnosis.isprintable()


# Hostile text

HOSTILE = {
    "a million letters": "x" * 10**6,
    "a million brackets": "(" * 10**6,
    "as many brackets as fit": "(" * tokens.LONGEST,
    "brackets that close": "(" * 350 + "v_c" + ")" * 350,
    "calls in calls": "sigma(" * 300,
    "signs": "-" * 700 + "v_c",
    "transposes": "v_c" + "^T" * 380,
    "fractions": "\\frac" * 700,
    "hats": "\\hat" * 700,
    "cases in cases": "\\begin{cases}" * 200,
    "styles in styles": "\\mathbf{" * 400 + "v_c" + "}" * 400,
    "subscripts in subscripts": "u" + "_{k" * 300 + "}" * 300,
    "a power of powers": "9**9**9",
    "powers in brackets": "((((9^9)^9)^9)^9)^9 v_c",
    "a long number": "9" * 3_000,
    "a number beyond all numbers": "1e999 v_c",
    "sums in sums": "".join(f"sum_{letter}(" for letter in "xjilwxjilwx") + "p(x)" + ")" * 11 + " v_c",
    "sums of sums": "sum_x " * 200 + "p(x) v_c",
    "many terms": "+".join(["sigma(u_o^T v_c) v_c"] * 60),
    "many formulas": "v_c;" * 260,
    "an endless left-hand side": "dJ" + "(" * 700,
    "blanks": " " * 3_999 + "x",
    "other digits": "٣ v_c + ² + ３",
    "control characters": "\0\x1b[2J\x07 v_c",
    "half a surrogate pair": "\ud800 v_c",
    "right to left": "\u202ev_c\u202c",
    "a shorthand of itself": "s v_c where s = 2 s",
    "shorthands in a circle": "a v_c, a = b b, b = z z, z = a a",
    "shorthands that double": "a v_c, a = b b, b = f f, f = g g, g = h h, h = i i, i = j j, j = 2 sigma(u_k^T v_c)",
    "shorthands that grow": "".join(f"{letter} = 1 + {letter} {letter}, " for letter in "abfghijlnqrstxz") + "a v_c",
    "a long shorthand, often": "z " * 300 + "v_c, z = " + "+".join(["sigma(u_o^T v_c)"] * 60),
    "primes": "sum_{w'} " * 90 + "u_w" + "'" * 300,
    "labels in labels": "\\underbrace{" * 200 + "v_c" + "}_{x}" * 200,
    "Python": "__import__('os').system('true')",
    "an attribute": "v_c.__class__",
    "a lambda": "(lambda: v_c)()",
}


@pytest.mark.parametrize("item", formula.ITEMS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_left_to_a_person(item: str, text: str) -> None:
    result = check(item, text)

    assert result.status in ("undecided", "wrong")
    assert result.diagnosis.isprintable()
    assert len(result.diagnosis) < 250


def test_the_deepest_formula_leaves_most_of_the_stack() -> None:
    """The grader is some way down its own stack already when it calls the check."""
    deepest = "(" * 18 + "sigma(u_w^T v_c)" + "+1)^T^T^2 2" * 18 + " v_c"

    def further_down(levels: int) -> formula.Result:
        return further_down(levels - 1) if levels else check(SOFTMAX_U, deepest)

    assert further_down(500).kind is Kind.UNDECIDED


# The sheet and the kit


def test_the_formulas_of_the_sheet_are_what_they_are_meant_to_be(assignment: Assignment) -> None:
    """The model answers are right, and the example of the notation is the gradient that the handout gives."""
    sheet = assignment.sheet("derivations")
    asked = [item for item in sheet.items if item.has_formula]
    example_text = filled_sheet.formula_of(sheet.text[: sheet.text.index("`grad_softmax_u`")])

    assert tuple(item.id for item in asked) == formula.ITEMS
    assert [check(item.id, filled_sheet.formula_of(item.model_answer)).status for item in asked] == ["right"] * 3
    assert [check(item.id, filled_sheet.formula_of(item.space)).status for item in asked] == ["empty"] * 3
    assert (
        formula_diagnosis.diagnose(formula, SOFTMAX_U, example_text).sentence
        == "This is the gradient of the softmax cost for v_c."
    )


def test_the_checker_gives_no_answer_away(assignment: Assignment) -> None:
    """No stripped line and no right formula of the table stands in what students get."""
    hidden = leak_scan.secrets(assignment)
    modules = {path: path.read_text(encoding="utf-8") for path in (SOURCE_DIR / "hw4kit" / "formula").glob("*.py")}
    right = {"".join(entry.text.split()) for entry in RIGHT}

    assert len(modules) >= 5
    for text in modules.values():
        compact = "".join(text.split())
        assert not [line for region in hidden if region.each for line in region.lines if line in compact]
        assert not [spelling for spelling in right if len(spelling) > 12 and spelling in compact]


FILLS = {
    "filled": "```formula\n{}\n```",
    "untouched and filled": "```formula\ndJ/du_w =\n```\n\nmine:\n\n```formula\n{}\n```\n",
    "never closed": "```formula\n{}\n\nSteps: by the chain rule.",
    "tildes": "~~~ formula\n{}\n~~~",
    "quoted": "> ```formula\n> {}\n> ```",
    "no block": "{}",
}


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_finds_in_a_sheet_what_the_grader_finds(assignment: Assignment, fill: str, line_end: str) -> None:
    sheet = assignment.sheet("derivations")
    text = sheets.released_text(sheet)
    for item in sheet.items:
        if item.has_formula:
            answer = fill.format(next(entry.text for entry in RIGHT if entry.item == item.id))
            text = text.replace(item.space, answer, 1)
    text = text.replace("\n", line_end)
    answers = sheets.read_filled(sheet, text).answers
    graders = formulas.examine(answers, formula.ITEMS, assignment)

    found = {item: check(item, formula_text) for item, formula_text in formula.formulas_in(text).items()}

    assert {item: (result.status, result.diagnosis) for item, result in found.items()} == {
        item: (result.formula, result.for_student) for item, result in graders.items()
    }
    assert {result.status for result in found.values()} == {"empty" if fill == "{}" else "right"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hw4kit.formula", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=DEADLINE_S, check=False
    )


def test_the_command_prints_one_line_for_each_item(assignment: Assignment, tmp_path: Path) -> None:
    released = tmp_path / "derivations.md"
    text = sheets.released_text(assignment.sheet("derivations"))
    released.write_text(text, encoding="utf-8")
    untouched = run(SOURCE_DIR, str(released))
    for item in formula.ITEMS:
        text = re.sub(
            rf"(^`{item}`.*?```formula\n).*?\n",
            rf"\1{model(assignment, item)}\n",
            text,
            count=1,
            flags=re.DOTALL | re.MULTILINE,
        )
    released.write_text(text, encoding="utf-8")
    filled = run(SOURCE_DIR, str(released))

    assert untouched.returncode == 1
    assert untouched.stdout.splitlines() == [f"{item}: empty. The formula block is empty." for item in formula.ITEMS]
    assert filled.returncode == 0, filled.stdout
    assert [line.split(".")[0] for line in filled.stdout.splitlines()] == [f"{item}: right" for item in formula.ITEMS]


def model(assignment: Assignment, item_id: str) -> str:
    answers = {item.id: item.model_answer for item in assignment.sheet("derivations").items}
    return filled_sheet.formula_of(answers[item_id]) or ""


def test_the_command_says_in_one_line_that_there_is_no_sheet(tmp_path: Path) -> None:
    result = run(SOURCE_DIR, str(tmp_path / "none.md"))

    assert result.returncode == 2
    assert result.stdout.count("\n") == 1
    assert "cannot be read" in result.stdout
    assert not result.stderr


def test_a_cell_shows_the_formulas_that_the_next_cell_computes(
    assignment: Assignment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It reads the sheet beside the notebook; without one it says what to type."""
    sheet = tmp_path / "derivations.md"
    text = sheets.released_text(assignment.sheet("derivations"))
    sheet.write_text(text.replace("dJ/dv_c =\n", f"{model(assignment, NEG_V)}\n"), encoding="utf-8")

    formula.show_formulas(NEG_V, NEG_U, sheet=sheet)
    assert capsys.readouterr().out.splitlines() == [
        "grad_neg_v: right. It agrees with the gradient at all random points.",
        "grad_neg_u: empty. The formula block is empty.",
    ]

    formula.show_formulas(**{NEG_U: "v_c", NEG_V: "v_c^T"})
    assert capsys.readouterr().out.splitlines() == [
        "grad_neg_u: wrong. It differs from the gradient.",
        "grad_neg_v: wrong. Wrong shape: this is a row vector, transposed, and the gradient is a column vector.",
    ]

    formula.show_formulas(NEG_U, sheet=tmp_path / "none.md")
    said = capsys.readouterr().out
    assert "none.md is not here." in said
    assert 'show_formulas(grad_neg_u=r"...")' in said


def test_needs_numpy_and_the_standard_library_only() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import hw4kit.formula;"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=SOURCE_DIR, capture_output=True, text=True, check=True)

    assert result.stdout.split() == ["hw4kit"]


# In the grader


def test_examines_the_answers_of_a_submission(assignment: Assignment) -> None:
    answers = {
        SOFTMAX_U: "```formula\ndJ/du_w = (y_w - yhat_w) v_c\n```\nSteps.",
        NEG_V: "```formula\ndJ/dv_c =\n```",
        "neg_efficiency": "It is cheaper.",
    }
    results = formulas.examine(answers, formula.ITEMS, assignment)

    assert {item: result.formula for item, result in results.items()} == {
        SOFTMAX_U: "wrong",
        NEG_V: "empty",
        NEG_U: "empty",
    }
    assert results[SOFTMAX_U].for_student == "It differs from the gradient."
    assert results[SOFTMAX_U].diagnosis == "Right except for the sign: everything has the opposite sign."


def test_a_course_without_a_checker_leaves_formulas_to_a_person(assignment: Assignment, tmp_path: Path) -> None:
    (tmp_path / "source" / "hw4" / "hw4kit").mkdir(parents=True)
    for other in (replace(assignment, kit=""), replace(assignment, course_dir=tmp_path)):
        assert formulas.examine({}, [SOFTMAX_U], other)[SOFTMAX_U].formula == "undecided"
    assert formulas.examine({}, ["another_item"], assignment)["another_item"].formula == "undecided"


def with_checker(assignment: Assignment, folder: Path, checker: str) -> Assignment:
    kit = folder / "source" / assignment.name / "kit"
    (kit / "formula").mkdir(parents=True)
    (kit / "__init__.py").write_text('"""A kit."""\n')
    (kit / "formula" / "__init__.py").write_text(checker)
    return replace(assignment, course_dir=folder, kit="kit")


def test_a_failure_of_the_checker_costs_nobody_anything(assignment: Assignment, tmp_path: Path) -> None:
    course = with_checker(assignment, tmp_path, "ITEMS = ('a',)\ndef check(item, text):\n    raise RecursionError\n")
    result = formulas.examine({"a": "```formula\nx\n```"}, ["a"], course)["a"]

    assert result.formula == "undecided"
    assert "RecursionError" in result.diagnosis


def test_a_checker_that_cannot_be_loaded_is_the_instructors_fault(assignment: Assignment, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SyntaxError"):
        formulas.examine({}, ["a"], with_checker(assignment, tmp_path, "ITEMS = (\n"))


def test_loading_the_checker_leaves_imports_alone(assignment: Assignment, tmp_path: Path) -> None:
    """Two courses can be graded in one process, and hw4kit stays what it is for everybody else."""
    path, kit = list(sys.path), sys.modules["hw4kit"]
    other = with_checker(assignment, tmp_path, "ITEMS = ()\n")
    first = formulas.examine({}, [SOFTMAX_U], assignment)[SOFTMAX_U]
    second = formulas.examine({}, [SOFTMAX_U], other)[SOFTMAX_U]

    assert (first.formula, second.formula) == ("empty", "undecided")
    assert sys.path == path
    assert sys.modules["hw4kit"] is kit
