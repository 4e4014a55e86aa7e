"""What answers of the word2vec functions earn: garbage next to nothing, differences no gradient, one slip one loss."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import itertools
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder import corpus
from autograder.assignments.hw4 import automatic_differentiation
from autograder.assignments.hw4.checks import fake_cost, reference
from autograder.course.asked import notebook
from autograder.grading.grader import grade
from autograder.handin import notebook_file
from autograder.model.assignment import Assignment
from autograder.model.errors import SubmissionError
from autograder.model.report import ItemResult, Report, Verdict
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
sys.path.insert(0, str(SOURCE_DIR))

import hw4kit  # noqa: E402

MOST_FOR_GARBAGE = 0.1  # of the points of an item
HEADS = {
    "softmaxCostAndGradient": "(predicted, target, outputVectors, dataset)",
    "negSamplingCostAndGradient": "(predicted, target, outputVectors, dataset, K=10)",
    "skipgram": "(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,"
    " word2vecCostAndGradient=softmaxCostAndGradient)",
}
VALUES_OF_PAIRS = {
    "zeros": "0.0, np.zeros_like(predicted), np.zeros_like(outputVectors)",
    "constants": "1.609438, np.ones_like(predicted), np.ones_like(outputVectors)",
    "the_number_of_words": "np.log(len(outputVectors)), 0 * predicted, 0 * outputVectors",
    "random": "np.random.rand(), np.random.randn(*predicted.shape), np.random.randn(*outputVectors.shape)",
    "random_of_a_seed": "rng().random(), rng().normal(size=predicted.shape), rng().normal(size=outputVectors.shape)",
    "nan": "np.nan, predicted * np.nan, outputVectors * np.nan",
    "infinity": "np.inf, predicted * np.inf, outputVectors * np.inf",
    "what_came_in": "float(target), predicted, outputVectors",
    "scores": "float(outputVectors[target] @ predicted), predicted, np.outer(outputVectors @ predicted, predicted)",
    "empty": "(), (), ()",
    "texts": "'cost', 'gradPred', 'grad'",
    "nothing": "None, None, None",
}
VALUES_OF_WINDOWS = {
    "zeros": "0.0, np.zeros_like(inputVectors), np.zeros_like(outputVectors)",
    "constants": "4.0, np.ones_like(inputVectors), np.ones_like(outputVectors)",
    "random": "np.random.rand(), np.random.randn(*inputVectors.shape), np.random.randn(*outputVectors.shape)",
    "nan": "np.nan, inputVectors * np.nan, outputVectors * np.nan",
    "what_came_in": "float(C), inputVectors, outputVectors",
    "empty": "(), (), ()",
    "nothing": "None, None, None",
}
ALL_CALLED = "for word in contextWords: word2vecCostAndGradient(inputVectors[0], tokens[word], outputVectors, dataset)"
DRAWN = "getNegativeSamples(target, dataset, K)"


def garbage() -> Iterator[tuple[str, str, str]]:
    """Yield item, name and source of functions that return nothing right, with good manners and without."""
    preamble = "def rng():\n    return np.random.default_rng(1)\n\n\n"
    for item, head in HEADS.items():
        values = VALUES_OF_WINDOWS if item == "skipgram" else VALUES_OF_PAIRS
        manners = {"softmaxCostAndGradient": [""], "skipgram": ["", ALL_CALLED]}.get(item, ["", DRAWN])
        for (name, value), statement in itertools.product(values.items(), manners):
            source = f"{preamble}def {item}{head}:\n    {statement or 'pass'}\n    return {value}\n"
            yield item, f"{name}{'_with_manners' * bool(statement)}", source


GARBAGE = list(garbage())


def graded(assignment: Assignment, zygote: Zygote, item_id: str, source: str) -> Report:
    """Return the report of the instructor's notebook with another solution of one item."""
    notebook = copy.deepcopy(assignment.source_notebook(assignment.item(item_id).notebook))
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == f"{item_id}_solution":
            cell.source = source
    notebooks = {assignment.item(item_id).notebook: nbformat.writes(notebook).encode()}
    return grade(Submission("student", notebooks=notebooks), assignment, "answers", zygote, only={item_id})


def result(assignment: Assignment, zygote: Zygote, item_id: str, source: str) -> ItemResult:
    return graded(assignment, zygote, item_id, source).item(item_id)


@pytest.mark.parametrize(("item", "source"), [entry[::2] for entry in GARBAGE], ids=["-".join(e[:2]) for e in GARBAGE])
def test_garbage_earns_a_tenth_at_most(assignment: Assignment, zygote: Zygote, item: str, source: str) -> None:
    """Manners alone, such as arguments left alone or K words drawn, are worth nothing, and the message says so."""
    found = result(assignment, zygote, item, source)

    assert found.score is not None
    assert found.score <= MOST_FOR_GARBAGE * found.max, found
    assert not any("nothing was changed" in check.message for check in found.checks)


WAYS = ["return cost / 2, gradIn, gradOut", "return cost, gradIn / 2, gradOut", "return cost, gradIn, 2 * gradOut"]


@pytest.mark.parametrize("first", ["raise ValueError", "return cost, gradIn[0], gradOut", *WAYS])
def test_an_answer_that_changes_when_asked_again_earns_nothing(
    assignment: Assignment, zygote: Zygote, first: str
) -> None:
    """Whoever answers the first question wrongly and all others rightly has been told that the first was wrong."""
    source = f"""asked = []


def skipgram{HEADS["skipgram"]}:
    center, cost = tokens[currentWord], 0.0
    gradIn, gradOut = np.zeros_like(inputVectors), np.zeros_like(outputVectors)
    for word in contextWords:
        pair_cost, gradPred, grad = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += pair_cost
        gradIn[center] += gradPred
        gradOut += grad
    asked.append(1)
    if len(asked) % 3 == 1:
        {first}
    return cost, gradIn, gradOut
"""
    found = result(assignment, zygote, "skipgram", source)

    assert found.score is not None
    assert found.score <= found.max / 2


class Raising:
    """A student process whose functions raise, whatever they are asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        return make()

    def start(self) -> None: ...

    def call_each(self, name: str, calls: Any, cpu_s: float) -> Any:
        raise SubmissionError("NameError: no softmax")

    def call_keeping(self, name: str, *arguments: Any) -> Any:
        self.asked.append(arguments)
        raise SubmissionError("IndexError: too many indices")


def test_no_question_is_asked_twice() -> None:
    """Each further request has other words, other vectors and another cost function."""
    student, rng = Raising(), np.random.default_rng(0)

    with pytest.raises(SubmissionError, match="too many indices"):
        fake_cost.ask(student, rng, lambda: fake_cost.make_window(rng, 9, 4))  # type: ignore[arg-type]

    vectors = [arguments[4] for arguments in student.asked]
    functions = [arguments[7].methods["call"] for arguments in student.asked]
    costs = [float(np.ravel(call(vectors[0][0], 1, vectors[0], None)[0])[0]) for call in functions]
    assert len(student.asked) > 2
    assert not any(np.array_equal(*pair) for pair in itertools.combinations(vectors, 2))
    assert len(set(costs)) == len(costs)


# Nothing that students import computes a graded item


FETCHES = {"hw4kit.get_data", "hw4kit.download"}  # what these are called with, they look for in the network


def modules() -> list[ModuleType]:
    names = {entry.name for entry in pkgutil.walk_packages(hw4kit.__path__, "hw4kit.")}
    wanted = sorted(name for name in names - FETCHES if not name.endswith("__main__"))
    return [importlib.import_module(name) for name in wanted]


def right_values() -> tuple[dict[str, Any], list[list[Any]], list[np.ndarray]]:
    """Return values by the names that parameters have, lists of arguments, and what no callable may return for them."""
    rng = np.random.default_rng(5)
    center, outputs, target, samples = rng.normal(size=4), rng.normal(size=(6, 4)), 2, (1, 3, 3)
    x = rng.normal(size=(5, 1))
    pool = {
        "predicted": center, "center": center, "target": target, "outputVectors": outputs, "outputs": outputs,
        "vectors": outputs, "inputs": center[None], "samples": samples, "cost": "softmax", "variable": "v_c",
        "words": {"o": target, "c": 0, "w": target, "k": 1}, "word": target, "x": x, "K": 3, "alpha": 0.1,
    }  # fmt: skip
    lists = [[center, target, outputs, None], [outputs, center], [x, 0.1], [x, x + 1], [x]]
    softmax = reference.softmax_cost_and_gradients(center, target, outputs)
    sampling = reference.negative_sampling_cost_and_gradients(center, target, outputs, samples)
    losses = [reference.discriminator_loss(x, x + 1), reference.generator_loss(x), reference.leaky_relu(x, 0.1)]
    return pool, lists, [np.asarray(value) for value in (*softmax, *sampling, *losses)]


def results_of(function: Callable[..., Any], pool: dict[str, Any], lists: list[list[Any]]) -> Iterator[Any]:
    """Yield what a callable returns for arguments that it takes by name or place; what it raises is its own affair."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return
    needed = [p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    named = [{name: pool[name] for name in needed}] if needed and set(needed) <= set(pool) else []
    for cost, variable in itertools.product(("softmax", "negative sampling"), ("v_c", "u_o", "U")):
        for arguments in named:
            own = {"cost": cost, "variable": variable}
            yield from called(function, (), arguments | {name: own[name] for name in own if name in arguments})
    for arguments in lists:
        yield from called(function, arguments, {})


def called(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Iterator[Any]:
    try:
        yield function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
    except BaseException:
        return


def arrays_in(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    if depth < 3 and isinstance(value, (tuple, list)):
        for entry in value:
            yield from arrays_in(entry, depth + 1)
    elif depth < 3 and isinstance(value, dict):
        yield from arrays_in(list(value.values()), depth)
    elif isinstance(value, (float, complex, np.ndarray, np.generic)) and np.asarray(value).dtype.kind in "fc":
        yield np.asarray(np.real(value))


def test_nothing_in_the_kit_computes_a_graded_item(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every function of the kit, and every method of what its classes make, is tried with what the checks feed."""
    monkeypatch.chdir(tmp_path)
    pool, lists, right = right_values()
    tried, found = 0, []
    for module in modules():
        own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
        for function in filter(callable, own):
            made = list(results_of(function, pool, lists))
            methods = [
                getattr(thing, name)
                for thing in made
                if dataclasses.is_dataclass(thing) or type(thing).__module__.startswith("hw4kit")
                for name in dir(type(thing))
                if not name.startswith("__") and not isinstance(getattr(type(thing), name), property)
            ]
            made += [value for method in filter(callable, methods) for value in results_of(method, pool, lists)]
            tried += 1 + len(methods)
            values = list(arrays_in(made))
            found += [
                (module.__name__, getattr(function, "__name__", ""))
                for value, known in itertools.product(values, right)
                if value.shape == known.shape and np.allclose(value, known, rtol=1e-6)
            ]

    assert found == []
    assert tried > 200


# Derivatives by a library


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("import tensorflow as tf\nwith tf.GradientTape() as tape:\n    pass", ["GradientTape"]),
        ("from tensorflow import GradientTape as G", ["GradientTape"]),
        ("import torch.nn.functional as F", ["torch.nn.functional"]),
        ("from autograd import grad", ["autograd"]),
        ("%time\nimport jax", ["jax"]),
        ("m = __import__('sympy')", ["sympy"]),
        ("getattr(tf, 'GradientTape')", ["GradientTape"]),
        ("slope = cost(x + 1e-30j).imag", ["complex numbers", "complex numbers"]),
        ("from scipy.optimize import approx_fprime", ["approx_fprime"]),
        ("import scipy.differentiate as sd", ["scipy.differentiate"]),
        ("from scipy.differentiate import jacobian as J", ["scipy.differentiate"]),
        ("from scipy import differentiate", ["differentiate"]),
        ("from sklearn._loss.loss import HalfMultinomialLoss as H", ["sklearn._loss.loss"]),
        ("m = importlib.import_module('sklearn._loss')", ["sklearn._loss"]),
        ("from sklearn.linear_model import LogisticRegression\nself._loss = 0", []),
        ("from scipy.special import expit, log_softmax, softmax", []),
        ("slopes = tf.gradients(cost, [v, U])", ["gradients"]),
        ("slopes = tf.test.compute_gradient(cost, [v])", ["compute_gradient"]),
        ("cost, slope = tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=s, labels=y)", ["raw_ops"]),
        ("moved = x.astype(complex)", ["complex numbers"]),
        ("moved = np.zeros(3, dtype=np.complex128)", ["complex numbers"]),
        ("class Dual:\n    def __mul__(self, other):\n        pass", ["a class with its own arithmetic"]),
        ("gradients = [complexity, imaginary]", []),
        ("import tensorflow as tf\nx = tf.nn.softmax(scores)", []),
        ("grad = np.outer(score_slopes, predicted)  # no torch, no jax", []),
        ("'''A torch is no library here.'''", []),
        ("def broken(:\n    jax", []),
        ("(" * 5000 + "jax", []),
    ],
)
def test_a_library_that_derives_is_seen_in_the_code(code: str, used: list[str]) -> None:
    assert sorted(automatic_differentiation.used_in(code)) == sorted(used)


def test_a_tape_keeps_its_points_and_goes_to_a_person(assignment: Assignment, zygote: Zygote) -> None:
    source = """import tensorflow as tf


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    v, U = tf.constant(predicted), tf.constant(outputVectors)
    with tf.GradientTape() as tape:
        tape.watch([v, U])
        cost = -tf.nn.log_softmax(tf.linalg.matvec(U, v))[target]
    gradients = tape.gradient(cost, [v, U])
    return float(cost), gradients[0].numpy(), gradients[1].numpy()
"""
    report = graded(assignment, zygote, "softmaxCostAndGradient", source)

    assert report.total == report.max
    found = [finding.text for finding in report.findings if finding.level == "warning"]
    assert found == ["hw4_partII: the code uses GradientTape; these gradients must be derived by hand. Please check."]


def test_the_kit_of_the_labs_is_not_there_for_graded_code(assignment: Assignment, zygote: Zygote) -> None:
    """Labs differentiate; so their part of the kit stays away from what is graded, and the lines that want it cost."""
    source = "from hw4kit.labs.networks import Classifier as softmaxCostAndGradient"

    report = graded(assignment, zygote, "softmaxCostAndGradient", source)

    assert report.total == 0
    assert "No module named 'hw4kit.labs'" in " ".join(finding.text for finding in report.findings)


def test_a_tape_in_a_module_that_the_code_imports_goes_to_a_person(assignment: Assignment) -> None:
    """Modules that nothing of this notebook names, directly or by another module, are not looked at."""
    asked = notebook("hw4_partII", assignment)
    sent = corpus.only("skipgram", "from steps import skipgram", assignment).notebooks["hw4_partII"]
    modules = {"steps.py": b"import slopes.tape", "slopes/tape.py": b"import jax", "gan.py": b"import torch"}

    found = automatic_differentiation.findings("hw4_partII", asked, notebook_file.read(sent), modules)

    assert [finding.text for finding in found] == [
        "hw4_partII: the code uses jax; these gradients must be derived by hand. Please check."
    ]


def test_nobody_who_derives_by_hand_is_pointed_at(assignment: Assignment, zygote: Zygote) -> None:
    source = next(
        cell.source
        for cell in assignment.source_notebook("hw4_partII").cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "skipgram_solution"
    )
    report = graded(assignment, zygote, "skipgram", source)

    assert (report.total, [finding for finding in report.findings if finding.level == "warning"]) == (6, [])


# The given functions


@pytest.fixture(scope="module")
def given(assignment: Assignment) -> SimpleNamespace:
    """The helpers of the notebook."""
    cells = assignment.source_notebook("hw4_partII").cells
    names: dict[str, Any] = {"np": np}
    exec(next(cell.source for cell in cells if cell.get("id") == "helpers"), names)
    return SimpleNamespace(**names)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (3, 4)])
def test_given_functions_take_matrices(given: SimpleNamespace, shape: tuple[int, int]) -> None:
    """np.matrix comes back as np.matrix, with the numbers that an array gives."""
    values = np.random.default_rng(3).normal(size=shape)
    rows = values if 1 not in shape else values.reshape(1, -1)
    plain = np.exp(rows) / np.exp(rows).sum(axis=1, keepdims=True)
    matrix = np.asmatrix(values)

    assert isinstance(given.softmax(matrix), np.matrix)
    assert np.allclose(given.softmax(matrix), plain.reshape(shape))
    assert np.allclose(given.softmax(values), plain.reshape(shape))
    assert np.allclose(given.sigmoid(matrix), 1 / (1 + np.exp(-values)))
    assert np.allclose(np.linalg.norm(given.normalizeRows(matrix), axis=1), 1)
    assert given.softmax(matrix).shape == given.sigmoid(matrix).shape == given.normalizeRows(matrix).shape == shape


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("turn", [np.asmatrix, lambda gradient: gradient.reshape(-1, 1), np.asarray])
def test_the_gradient_check_takes_matrices(turn: Callable[[np.ndarray], np.ndarray]) -> None:
    from hw4kit.gradcheck import gradcheck_naive

    x = np.random.default_rng(4).normal(size=6)

    assert gradcheck_naive(lambda v: (np.asmatrix(np.sum(v**2)), turn(2 * v)), x)
    assert not gradcheck_naive(lambda v: (np.sum(v**2), turn(v)), x)
    assert gradcheck_naive(lambda m: (np.sum(np.asarray(m) ** 2), 2 * m), np.asmatrix(x))


# Messages


def test_a_slip_that_is_in_all_values_is_named_once_for_each_loss(assignment: Assignment, zygote: Zygote) -> None:
    """Every lost check says the same words, and none shows what is right."""
    source = f"""def negSamplingCostAndGradient{HEADS["negSamplingCostAndGradient"]}:
    words = np.array([target, target, *getNegativeSamples(target, dataset, K)])
    signs = np.array([1.0] + [-1.0] * (K + 1))
    likelihoods = sigmoid(signs * (outputVectors[words] @ predicted))
    slopes = signs * (likelihoods - 1)
    grad = np.zeros(outputVectors.shape)
    np.add.at(grad, words, np.outer(slopes, predicted))
    return -np.sum(np.log(likelihoods)), slopes @ outputVectors[words], grad
"""
    found = result(assignment, zygote, "negSamplingCostAndGradient", source)

    lost = [check.message for check in found.checks if check.verdict is not Verdict.PASSED]
    assert len(lost) == 3
    assert all("the target is counted as one more drawn word" in message for message in lost)
    assert found.score == pytest.approx(4.5, abs=0.5)
