"""Tensors and variables of TensorFlow between the process of the tests and that of the student."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cell_modules
import numpy as np
import pytest
import tensorflow as tf
from cell_sides import Sides

wire = cell_modules.load("wire")

TENSORS: dict[str, Callable[[], Any]] = {
    "floats": lambda: tf.constant([[1.0, 2.0]]),
    "texts": lambda: tf.constant(["a", "é"]),
    "one number": lambda: tf.constant(1),
    "bfloat16": lambda: tf.constant([1, 2], tf.bfloat16),
    "nothing": lambda: tf.zeros((2, 0)),
    "variable": lambda: tf.Variable([1.0, 2.0], name="w", trainable=False),
    "variable of Keras": lambda: tf.keras.Variable(np.ones(3), name="w"),
    "ragged": lambda: tf.ragged.constant([[1], [2, 3]]),
    "sparse": lambda: tf.sparse.from_dense([[0, 1], [2, 0]]),
    "slices": lambda: tf.IndexedSlices(tf.ones((2, 3)), tf.constant([0, 1]), tf.constant([5, 3])),
    "array of bfloat16": lambda: tf.constant([1, 2], tf.bfloat16).numpy(),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_are_real_tensors_on_the_other_side(name: str) -> None:
    sent = TENSORS[name]()
    arrived = Sides("tensorflow").to_student(sent)

    assert type(arrived) is type(sent)
    assert arrived.dtype == sent.dtype
    assert arrived.shape == sent.shape
    assert getattr(arrived, "trainable", None) == getattr(sent, "trainable", None)
    assert str(arrived) == str(sent) or name == "slices"


def test_shapes_and_types_arrive_as_they_were() -> None:
    sent = [tf.TensorShape([None, 3]), tf.float32, tf.bfloat16, tf.Tensor, tf.Variable]

    assert Sides("tensorflow").to_student(sent) == sent


@pytest.mark.parametrize("name", ["variable", "variable of Keras"])
def test_a_variable_that_is_changed_in_place_has_changed_in_the_test(name: str) -> None:
    here, sides = TENSORS[name](), Sides("tensorflow")
    before = here.numpy().copy()

    sides.call(lambda variable: variable.assign_add(np.ones(variable.shape, "float32")) is None, here)

    assert np.array_equal(here.numpy(), before + 1)


def test_a_sparse_tensor_says_no_place_that_it_has_not() -> None:
    damaged = tf.sparse.SparseTensor([[7, 7]], [1.0], [2, 2])

    with pytest.raises(wire.WireError, match="no known form"):
        Sides("tensorflow").to_student(damaged)
    with pytest.raises(wire.WireError, match="no known form"):
        Sides("tensorflow").to_student(tf.sparse.SparseTensor([[7, 7]], [1.0], [10**9, 10**9]))
