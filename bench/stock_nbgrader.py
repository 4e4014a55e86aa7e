"""The same submissions under nbgrader as it comes: a kernel for each notebook, and plain asserts as hidden tests.

The asserts look for what the checks of this kit look for, in outline: right values, shapes, gradients, steps.
Cells that train or draw are left out, as `autograder grade` leaves them out.
"""

from __future__ import annotations

import copy
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import watched

from autograder.course.source_notebook import SKIPPED_TAGS
from autograder.model.assignment import Assignment

CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\n'
TESTS = {
    "leaky_relu": """
x = tf.constant([[-3.0, -0.5], [0.5, 2.0]])
for alpha in (0.01, 0.3, 0.8):
    assert np.allclose(leaky_relu(x, alpha), np.where(x > 0, x, alpha * x))
assert np.allclose(leaky_relu(x), np.where(x > 0, x, 0.01 * x))
assert leaky_relu(tf.cast(x, tf.float64), 0.1).dtype == tf.float64
with tf.GradientTape() as tape:
    tape.watch(x)
    y = leaky_relu(x)
assert np.allclose(tape.gradient(y, x), np.where(x > 0, 1.0, 0.01))
""",
    "sample_noise": """
z, other = sample_noise(200, 100), sample_noise(200, 100)
assert z.shape == (200, 100) and z.dtype == tf.float32
assert np.min(z) >= -1 and np.max(z) < 1
assert np.allclose(np.histogram(z, bins=4, range=(-1, 1))[0] / 20_000, 0.25, atol=0.03)
assert not np.array_equal(z, other)
""",
    "discriminator": """
model = discriminator()
x = np.random.uniform(-1, 1, (16, 784)).astype("float32")
assert model(x).shape == (16, 1)
assert sorted(tuple(w.shape) for w in model.weights) == [(1,), (256,), (256,), (256, 1), (256, 256), (784, 256)]
weights = [np.random.normal(size=w.shape, scale=0.1) for w in model.get_weights()]
model.set_weights(weights)
h = x
for kernel, bias in zip(weights[:4:2], weights[1:4:2]):
    h = h @ kernel + bias
    h = np.where(h > 0, h, 0.01 * h)
assert np.allclose(model(x), h @ weights[4] + weights[5], atol=1e-3)
assert np.allclose(model(x, training=True), model(x), atol=1e-5)
with tf.GradientTape() as tape:
    total = tf.reduce_sum(discriminator()(x))
""",
    "generator": """
model = generator()
z = np.random.uniform(-1, 1, (6, 96)).astype("float32")
assert model(z).shape == (6, 784)
weights = [np.random.normal(size=w.shape, scale=0.1) for w in model.get_weights()]
model.set_weights(weights)
h = z
for kernel, bias in zip(weights[:4:2], weights[1:4:2]):
    h = np.maximum(h @ kernel + bias, 0)
assert np.allclose(model(z), np.tanh(h @ weights[4] + weights[5]), atol=1e-3)
assert np.allclose(model(z, training=True), model(z), atol=1e-5)
with tf.GradientTape() as tape:
    total = tf.reduce_sum(model(z))
assert all(slope is not None for slope in tape.gradient(total, model.trainable_variables))
assert generator(17)(np.zeros((3, 17), "float32")).shape == (3, 784)
""",
    "discriminator_loss": """
for size in (1, 5, 12):
    real, fake = np.random.normal(size=(2, size, 1)).astype("float32")
    want = np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake)))
    assert np.allclose(discriminator_loss(tf.constant(real), tf.constant(fake)), want, rtol=1e-4)
large = tf.constant([[1e4]])
assert np.isfinite(discriminator_loss(large, -large)) and np.isfinite(discriminator_loss(-large, large))
""",
    "generator_loss": """
for size in (1, 5, 12):
    fake = np.random.normal(size=(size, 1)).astype("float32")
    assert np.allclose(generator_loss(tf.constant(fake)), np.mean(np.log1p(np.exp(-fake))), rtol=1e-4)
assert np.isfinite(generator_loss(tf.constant([[1e4]]))) and np.isfinite(generator_loss(tf.constant([[-1e4]])))
""",
    "get_solvers": """
first, second = get_solvers()
assert first is not second
for rate, beta, solvers in ((1e-3, 0.5, get_solvers()), (0.02, 0.8, get_solvers(0.02, 0.8))):
    for solver in solvers:
        v, place, m, s = tf.Variable(np.zeros(4, "float32")), np.zeros(4), np.zeros(4), np.zeros(4)
        for step in range(1, 5):
            g = np.random.normal(size=4).astype("float32")
            m, s = beta * m + (1 - beta) * g, 0.999 * s + 0.001 * g**2
            place = place - rate * (m / (1 - beta**step)) / np.sqrt(s / (1 - 0.999**step))
            solver.apply_gradients([(tf.constant(g), v)])
        assert np.allclose(v, place, rtol=1e-3, atol=1e-3 * rate)
""",
    "softmaxCostAndGradient": """
for V, D in ((6, 4), (6, 6), (6, 9)):
    v, U, o = np.random.normal(size=D), np.random.normal(size=(V, D)), np.random.randint(V)
    before = v.copy(), U.copy()
    cost, grad_v, grad_U = softmaxCostAndGradient(v, o, U, None)
    assert np.array_equal(v, before[0]) and np.array_equal(U, before[1])
    y = np.exp(U @ v) / np.sum(np.exp(U @ v))
    slope = y - np.eye(V)[o]
    assert np.allclose(cost, -np.log(y[o]))
    assert np.allclose(np.ravel(grad_v), U.T @ slope) and np.allclose(grad_U, np.outer(slope, v))
""",
    "negSamplingCostAndGradient": """
class Stream:
    def __init__(self, words):
        self.words = list(words)
    def sampleTokenIdx(self):
        return self.words.pop(0)

for K, words in ((10, [1, 2, 3, 0, 4, 5, 6, 7, 8, 9, 10, 11]), (10, [5] * 12), (4, [3, 3, 0, 2, 2, 1])):
    v, U = np.random.normal(size=5), np.random.normal(size=(16, 5))
    cost, grad_v, grad_U = negSamplingCostAndGradient(v, 0, U, Stream(words), K)
    drawn = [word for word in words if word != 0][:K]
    s = lambda x: 1 / (1 + np.exp(-x))
    assert np.allclose(cost, -np.log(s(U[0] @ v)) - sum(np.log(s(-U[k] @ v)) for k in drawn))
    assert np.allclose(np.ravel(grad_v), (s(U[0] @ v) - 1) * U[0] + sum(s(U[k] @ v) * U[k] for k in drawn))
    want = np.zeros_like(U)
    want[0] = (s(U[0] @ v) - 1) * v
    for k in drawn:
        want[k] += s(U[k] @ v) * v
    assert np.allclose(grad_U, want)
""",
    "skipgram": """
def made_up(v, o, U, dataset):
    return float(o + v.sum()), (o + 1.0) * v, U * (o + 2.0)

words = ["a", "b", "c", "d", "e"]
tokens = {word: row for row, word in enumerate(words)}
V_in, V_out = np.random.normal(size=(2, 5, 3))
for center, context in (("a", ["b", "c", "d", "e"]), ("c", ["b", "b", "c", "a"])):
    cost, grad_in, grad_out = skipgram(center, 2, context, tokens, V_in, V_out, None, made_up)
    answers = [made_up(V_in[tokens[center]], tokens[word], V_out, None) for word in context]
    want = np.zeros_like(V_in)
    want[tokens[center]] = sum(answer[1] for answer in answers)
    assert np.allclose(cost, sum(answer[0] for answer in answers))
    assert np.allclose(grad_in, want) and np.allclose(grad_out, sum(answer[2] for answer in answers))
""",
    "word_vectors": """
assert 0 < run_time_minutes() < 2880
""",
}


def run(folder: Path, assignment: Assignment, submissions: Mapping[str, Mapping[str, bytes]]) -> watched.Usage:
    """Grade submissions, notebooks by student and name, with `nbgrader autograde` in a course folder of its own."""
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    for name in assignment.notebooks:
        _write(folder / "source", assignment.name, name, _with_tests(assignment, name))
    for student, notebooks in submissions.items():
        for name, data in notebooks.items():
            _write(folder / "submitted" / student, assignment.name, name, without_training(json.loads(data)))
    made = watched.run(_nbgrader("generate_assignment", assignment), folder, _environment())
    if made.code != 0:
        raise SystemExit(f"nbgrader generate_assignment ended with {made.code}:\n{made.output[-2000:]}")
    usage = watched.run(_nbgrader("autograde", assignment), folder, _environment())
    done = list((folder / "autograded").glob("*/*/*.ipynb"))
    wanted = sum(len(notebooks) for notebooks in submissions.values())
    if len(done) != wanted:
        raise SystemExit(f"nbgrader graded {len(done)} of {wanted} notebooks:\n{usage.output[-2000:]}")
    return usage


def _nbgrader(command: str, assignment: Assignment) -> list[str]:
    return [sys.executable, "-m", "nbgrader", command, assignment.name]


def _environment() -> dict[str, str]:
    """Return an environment in which nbgrader finds the programs that it calls by name."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": programs, "PYTHONPATH": ""}


def _with_tests(assignment: Assignment, name: str) -> dict[str, Any]:
    notebook = copy.deepcopy(assignment.source_notebook(name))
    for cell in notebook.cells:
        item = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.metadata.get("nbgrader", {}).get("grade") and item in TESTS:
            cell.source = f"### BEGIN HIDDEN TESTS\n{TESTS[item].strip()}\n### END HIDDEN TESTS"
    return without_training(notebook)


def without_training(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook with the code that is run for grading, and nothing else."""
    kept = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not SKIPPED_TAGS & set(cell["metadata"].get("tags", []))
    ]
    return {**notebook, "cells": kept}


def _write(folder: Path, assignment: str, name: str, notebook: dict[str, Any]) -> None:
    path = folder / assignment / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
