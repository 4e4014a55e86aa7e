"""Tensors and variables of TensorFlow, where an assignment has it among its libraries: real ones on both sides.

What a tape knows of a tensor stays where the tape is.
"""

from __future__ import annotations

import math
import re
from typing import Any

import array_values
import kept_values
import keras
import numpy as np
import tensorflow as tf
import type_names
import wire
import written_back
from tensorflow.python.framework.ops import EagerTensor
from tensorflow.python.ops.resource_variable_ops import ResourceVariable
from value_kinds import Kind, NoDataError, text_like

PLAIN = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
SHORT = ("bfloat16", "float8_e5m2", "float8_e4m3fn")  # floats that NumPy has no type of its own for
KINDS_OF_NUMBERS = {name: tf.as_dtype(name) for name in (*PLAIN, *SHORT, "string")}
NAME = re.compile(r"[A-Za-z0-9_.\\/>-]{1,200}")
LARGEST = 2**26  # numbers of a sparse tensor, if it were written out
array_values.MORE_DTYPES.update({name: np.dtype(KINDS_OF_NUMBERS[name].as_numpy_dtype) for name in SHORT})


def encode_tensor(codec: Any, value: Any) -> Any:
    """Return the numbers or texts of a tensor as an array."""
    if value.dtype.name not in KINDS_OF_NUMBERS:
        raise NoDataError
    size = math.prod(value.shape) * value.dtype.size
    codec.refuse_more_bytes(size)  # `numpy` may copy them
    codec.refuse_more_bytes(-size)
    return [value.dtype.name, array_values.encode_array(codec, np.asarray(value.numpy(), order="C"))]


def decode_tensor(codec: Any, payload: Any) -> Any:
    """Return a tensor."""
    name, form = payload
    values = array_values.decode_array(codec, form)
    if (values.dtype.kind == "O") != (name == "string"):
        raise wire.WireError("a tensor of no known form")
    if name == "string" and not all(type(text) is bytes for text in values.reshape(-1)):
        raise wire.WireError("a tensor of no known form")
    return tf.constant(values, KINDS_OF_NUMBERS[name])


def encode_variable(codec: Any, value: Any) -> Any:
    """Return numbers, name and whether it is trained."""
    return [encode_tensor(codec, value.read_value()), name_of(value), bool(value.trainable)]


def decode_variable(codec: Any, payload: Any) -> Any:
    """Return a tf.Variable."""
    form, name, is_trained = payload
    values = decode_tensor(codec, form)
    return tf.Variable(values, trainable=is_trained is True, name=None if name is None else text_like(name, NAME))


def encode_keras_variable(codec: Any, value: Any) -> Any:
    """Return numbers, name and whether it is trained."""
    return [encode_tensor(codec, tf.convert_to_tensor(value)), name_of(value), bool(value.trainable)]


def decode_keras_variable(codec: Any, payload: Any) -> Any:
    """Return a variable of Keras."""
    form, name, is_trained = payload
    values = decode_tensor(codec, form)
    name = None if name is None else text_like(name, NAME)
    return keras.Variable(values, dtype=values.dtype.name, trainable=is_trained is True, name=name)


def name_of(variable: Any) -> str | None:
    """Return the name of a variable, if it is a usual one."""
    name = variable.name.split(":")[0]
    return name if NAME.fullmatch(name) else None


def encode_ragged(codec: Any, value: Any) -> Any:
    """Return all values, and where the rows begin."""
    return [codec.encode(value.values), codec.encode(value.row_splits)]


def decode_ragged(codec: Any, payload: Any) -> Any:
    """Return a ragged tensor."""
    values, splits = map(codec.decode, payload)
    return tf.RaggedTensor.from_row_splits(values, splits, validate=True)


def encode_sparse(codec: Any, value: Any) -> Any:
    """Return places, values and shape."""
    return [encode_tensor(codec, part) for part in (value.indices, value.values, value.dense_shape)]


def decode_sparse(codec: Any, payload: Any) -> Any:
    """Return a sparse tensor that has room for all of its values."""
    places, values, shape = (decode_tensor(codec, part) for part in payload)
    sizes, found = [int(size) for size in shape.numpy()], places.numpy()
    if min(sizes, default=0) < 0 or math.prod(sizes) > LARGEST or found.shape != (len(values), len(sizes)):
        raise wire.WireError("a tensor of no known form")
    if found.size and (found.min() < 0 or (found >= np.array(sizes)).any()):
        raise wire.WireError("a tensor of no known form")
    return tf.sparse.SparseTensor(places, values, shape)


def encode_slices(codec: Any, value: Any) -> Any:
    """Return rows, their numbers, and the shape of the whole."""
    parts = (value.values, value.indices, value.dense_shape)
    return [None if part is None else encode_tensor(codec, tf.convert_to_tensor(part)) for part in parts]


def decode_slices(codec: Any, payload: Any) -> Any:
    """Return some rows of a tensor."""
    rows, places = (decode_tensor(codec, part) for part in payload[:2])
    shape = None if payload[2] is None else decode_tensor(codec, payload[2])
    most = LARGEST if shape is None else int(shape.numpy()[0])
    if shape is not None and math.prod(map(int, shape.numpy())) > LARGEST:
        raise wire.WireError("a tensor of no known form")
    found = places.numpy()
    if found.ndim != 1 or len(found) != len(rows) or (found.size and not 0 <= found.min() <= found.max() < most):
        raise wire.WireError("a tensor of no known form")
    return tf.IndexedSlices(rows, places, shape)


def encode_shape(codec: Any, value: tf.TensorShape) -> Any:
    """Return the sizes, None where one is open."""
    return None if value.rank is None else value.as_list()


def decode_shape(codec: Any, payload: Any) -> tf.TensorShape:
    """Return a shape."""
    if payload is not None and not all(size is None or type(size) is int for size in payload):
        raise wire.WireError("a shape of no known form")
    return tf.TensorShape(payload)


def encode_dtype(codec: Any, value: Any) -> str:
    """Return the name of a type of tensors."""
    if value.name not in DTYPES:
        raise NoDataError
    return value.name


def kind_of(value: Any) -> Kind | None:
    """Return the kind of a value whose exact type stands in no table: there is none."""
    return None


def variable_look(value: Any) -> tuple[Any, ...]:
    """Return what a variable looks like."""
    numbers = np.asarray(value.numpy())
    name = numbers.dtype.name
    return (name, numbers.shape, numbers.view(f"u{numbers.dtype.itemsize}") if name in SHORT else numbers)


def assign(target: Any, value: Any) -> None:
    """Give a variable the numbers of another one."""
    target.assign(value)


DTYPES = {**KINDS_OF_NUMBERS, "resource": tf.resource, "variant": tf.variant}
VARIABLES = (ResourceVariable, keras.Variable)
KINDS = (
    Kind("tensor", EagerTensor, encode_tensor, decode_tensor, is_whole=True),
    Kind("variable", ResourceVariable, encode_variable, decode_variable, is_mutable=True, is_whole=True),
    Kind("keras variable", keras.Variable, encode_keras_variable, decode_keras_variable, is_mutable=True,
         is_whole=True),
    Kind("ragged tensor", tf.RaggedTensor, encode_ragged, decode_ragged, is_whole=True),
    Kind("sparse tensor", tf.sparse.SparseTensor, encode_sparse, decode_sparse, is_whole=True),
    Kind("slices", tf.IndexedSlices, encode_slices, decode_slices, is_whole=True),
    Kind("tensor shape", tf.TensorShape, encode_shape, decode_shape),
    Kind("tensor type", tf.DType, encode_dtype, lambda _, name: DTYPES[name]),
)  # fmt: skip
kept_values.OTHER_LOOKS.update(dict.fromkeys(VARIABLES, variable_look))
kept_values.OTHER_SIZES.update(
    dict.fromkeys(VARIABLES, lambda value: 2 * math.prod(value.shape) * tf.as_dtype(value.dtype).size)
)
written_back.OTHER_WRITERS.update(dict.fromkeys(VARIABLES, assign))
TYPES = (tf.Tensor, tf.Variable, tf.RaggedTensor, tf.sparse.SparseTensor, tf.IndexedSlices, tf.TensorShape, tf.DType)
type_names.add({f"tensorflow.{kind.__name__}": kind for kind in TYPES} | {"tensorflow.EagerTensor": EagerTensor})
