"""get_solvers(learning_rate=1e-3, beta1=0.5): two separate Adam optimizers, (D_solver, G_solver)."""

from typing import Any

import numpy as np

from ..session.student import Student
from . import Handle, item, reference
from .expect import kind, numbers, show

NAMES = ("D_solver", "G_solver")
SIZE = 7  # numbers to optimize, in two variables or in one, which takes half the time
# Share of a step by which it may be off: float32 and an epsilon between 1e-7 and 1e-8 make 2e-5 at gradients of size
# 0.05 and more; a beta1 of 0.49 for 0.5 makes 1e-2.
TOLERANCE = 1e-3


@item("get_solvers", weight=2)
def test_solvers_are_separate(student: Student, rng: np.random.Generator) -> None:
    """The two solvers are two objects, because each keeps averages of the gradients of its own network."""
    solvers = get_solvers(student)

    assert not student.same_object(*solvers), "your function returned one object twice"
    for name, solver in zip(NAMES, solvers, strict=True):
        steps = first_steps(student, solver, rng)
        alike = np.all(steps < 0) and np.ptp(steps) <= TOLERANCE * np.max(np.abs(steps))
        assert alike, f"the first step of {name} depends on the size of the gradient, as no step of Adam does"


@item("get_solvers", weight=1)
def test_learning_rate_is_0001_by_default(student: Student, rng: np.random.Generator) -> None:
    """Without arguments the learning rate of both solvers is 1e-3."""
    for name, solver in distinct(student, get_solvers(student)):
        assert_first_step(student, name, solver, rng, 1e-3, "without arguments")


@item("get_solvers", weight=1)
def test_beta1_is_05_by_default(student: Student, rng: np.random.Generator) -> None:
    """Without arguments the beta1 of both solvers is 0.5."""
    for name, solver in distinct(student, get_solvers(student)):
        assert_beta1(student, name, solver, rng, 0.5, "without arguments")


@item("get_solvers", weight=1)
def test_discriminator_solver_uses_learning_rate(student: Student, rng: np.random.Generator) -> None:
    """The argument learning_rate is the learning rate of D_solver."""
    assert_uses_learning_rate(student, 0, rng)


@item("get_solvers", weight=1)
def test_generator_solver_uses_learning_rate(student: Student, rng: np.random.Generator) -> None:
    """The argument learning_rate is the learning rate of G_solver."""
    assert_uses_learning_rate(student, 1, rng)


@item("get_solvers", weight=1)
def test_discriminator_solver_uses_beta1(student: Student, rng: np.random.Generator) -> None:
    """The argument beta1 says how slowly D_solver, an Adam optimizer, forgets earlier gradients."""
    assert_uses_beta1(student, 0, rng)


@item("get_solvers", weight=1)
def test_generator_solver_uses_beta1(student: Student, rng: np.random.Generator) -> None:
    """The argument beta1 says how slowly G_solver, an Adam optimizer, forgets earlier gradients."""
    assert_uses_beta1(student, 1, rng)


def assert_uses_learning_rate(student: Student, which: int, rng: np.random.Generator) -> None:
    """Fail the check unless one of the solvers has the learning rate that the function was given."""
    rate, beta1 = float(10 ** rng.uniform(-2.5, -1.5)), float(rng.uniform(0.6, 0.9))
    solver = get_solvers(student, learning_rate=rate, beta1=beta1)[which]
    assert_first_step(student, NAMES[which], solver, rng, rate, f"with learning_rate = {show(rate)}")


def assert_uses_beta1(student: Student, which: int, rng: np.random.Generator) -> None:
    """Fail the check unless one of the solvers has the beta1 that the function was given."""
    beta1 = float(rng.choice([rng.uniform(0.1, 0.35), rng.uniform(0.65, 0.8)]))
    solver = get_solvers(student, 1e-3, beta1)[which]
    assert_beta1(student, NAMES[which], solver, rng, beta1, f"with beta1 = {show(beta1)}")


def assert_first_step(
    student: Student, name: str, solver: Handle, rng: np.random.Generator, rate: float, given: str
) -> None:  # fmt: skip
    """Fail the check unless the first step has the size of the learning rate, as with Adam whatever beta1 is."""
    steps = first_steps(student, solver, rng, parts=1)
    right = np.max(np.abs(steps + rate)) <= TOLERANCE * rate
    assert right, f"{given} the first step of {name} has size {show(-steps[0])}; Adam's is the learning rate"


def assert_beta1(
    student: Student, name: str, solver: Handle, rng: np.random.Generator, beta1: float, given: str
) -> None:  # fmt: skip
    """Fail the check unless the steps are those of Adam with that beta1, whatever the learning rate is."""
    gradients = six_gradients(rng)
    got = walk(student, solver, gradients, parts=1)
    rate = float(np.abs(got[0, 0]))
    assert is_adam(got, gradients, rate, beta1), f"{given} {name} {behaviour(got, gradients)}"


def get_solvers(student: Student, *args: Any, **kwargs: Any) -> tuple[Handle, Handle]:
    """Return the pair that the student's code makes; fails the check when it is none."""
    result = student.call("get_solvers", *args, **kwargs)
    assert isinstance(result, (tuple, list)), f"your function returned {kind(result)}, not two optimizers"
    assert len(result) == 2, f"your function returned {len(result)} values, not two optimizers"
    for name, solver in zip(NAMES, result, strict=True):
        assert isinstance(solver, Handle), f"{name} is {kind(solver)}, not an optimizer"
    return tuple(result)


def first_steps(student: Student, solver: Handle, rng: np.random.Generator, parts: int = 2) -> np.ndarray:
    """Return where a first step leads from 0 for positive gradients of very different size."""
    gradient = rng.permutation(np.array([0.05, 0.15, 0.4, 1.1, 3.0, 8.0, 20.0], dtype=np.float32))
    return walk(student, solver, [gradient], parts)[0]


def distinct(student: Student, solvers: tuple[Handle, Handle]) -> list[tuple[str, Handle]]:
    """Return the solvers with their names, one of them if they are one object: that costs another check's points."""
    named = list(zip(NAMES, solvers, strict=True))
    return named[:1] if student.same_object(*solvers) else named


def six_gradients(rng: np.random.Generator) -> list[np.ndarray]:
    """Return gradients of both signs and sizes between 0.1 and 10."""
    return [(rng.choice([-1, 1], SIZE) * 10 ** rng.uniform(-1, 1, SIZE)).astype(np.float32) for _ in range(6)]


def is_adam(got: np.ndarray, gradients: list[np.ndarray], rate: float, beta1: float) -> bool:
    """Return whether these are the places, a row for each step, where Adam leads from 0."""
    want = np.array(reference.adam_path(np.zeros(SIZE), gradients, rate, beta1))
    return rate > 0 and bool(np.max(np.abs(got - want)) <= TOLERANCE * rate)


def behaviour(got: np.ndarray, gradients: list[np.ndarray]) -> str:
    """Say which Adam these steps are those of, if any."""
    rate, beta1 = float(np.abs(got[0, 0])), beta1_of(got, gradients)
    if is_adam(got, gradients, rate, beta1):
        return f"takes the steps of Adam with learning rate {show(rate)} and beta1 {show(beta1)}"
    return "takes other steps than Adam, whatever its learning rate and beta1"


def beta1_of(got: np.ndarray, gradients: list[np.ndarray]) -> float:
    """Return the beta1 with which Adam would have taken the second step; any number when no Adam would.

    With the learning rate and both gradients known, m_hat = (beta1 g1 + g2) / (1 + beta1) is known too.
    """
    first, second = (np.asarray(gradient, dtype=np.float64) for gradient in gradients[:2])
    v_hat = (0.999 * first**2 + second**2) / 1.999
    with np.errstate(all="ignore"):
        m_hat = (got[0] - got[1]) * np.sqrt(v_hat) / np.abs(got[0, 0])
        beta1 = float(np.median((second - m_hat) / (m_hat - first)))
    return round(beta1, 6) if 0 <= beta1 < 1 else 0.0


def walk(student: Student, solver: Handle, gradients: list[np.ndarray], parts: int = 2) -> np.ndarray:
    """Return where the solver leads from 0, a row for each step; the numbers are in so many variables."""
    start = np.array_split(np.zeros(SIZE, dtype=np.float32), parts)
    history = student.apply_gradients(solver, start, [np.array_split(gradient, parts) for gradient in gradients])
    places = [numbers(np.concatenate(entry)) for entry in history if _is_flat(entry, parts)]
    moved = [place for place in places if place is not None and place.shape == (SIZE,)]
    assert len(moved) == len(gradients), "applying gradients with it left no variables behind"
    return np.array(moved)


def _is_flat(entry: Any, parts: int) -> bool:
    arrays = isinstance(entry, list) and all(isinstance(array, np.ndarray) and array.ndim == 1 for array in entry)
    return arrays and len(entry) == parts
