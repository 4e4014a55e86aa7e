"""Odd but real things that a student's function may return, or do, as source text; for tests of all checks.

Each table has a name for a variant and its code. Values are expressions; where a function takes arguments, `a` is the
list of them, and `right` the function of the model answer. Classes that some need are in HELPERS.
"""

from __future__ import annotations

from pathlib import Path

COURSE_DIR = Path(__file__).resolve().parents[1]

HELPERS = """
import collections, dataclasses, decimal, fractions, functools, io, itertools, pathlib, types
import numpy as np

class OddFloat(float): pass
class OddInt(int): pass
class OddText(str): pass
class OddTuple(tuple): pass
class OddList(list): pass
class OddArray(np.ndarray): pass
Pair = collections.namedtuple("Pair", "first second")
Triple = collections.namedtuple("Triple", "cost gradPred grad")

class Raises:
    "Every question about it raises."
    def __getattr__(self, name): raise RuntimeError("no " + name)
    def __array__(self, *rest, **more): raise ValueError("no array")
    def __len__(self): raise OverflowError("no length")
    def __iter__(self): raise KeyError("no entries")
    def __float__(self): raise ZeroDivisionError("no number")
    def __bool__(self): raise TypeError("no truth")
    def __repr__(self): raise MemoryError("no text")

class Agrees:
    "Has every attribute, can be called, and is equal to everything."
    def __getattr__(self, name): return self
    def __call__(self, *rest, **more): return self
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __array__(self, *rest, **more): return np.ones(3)

class Lies:
    __class__ = float
    def __float__(self): return 1.0

class Frame:
    "What a table of a data library looks like."
    values = np.ones((3, 3)); iloc = loc = index = columns = dtypes = shape = (3, 3)
    def to_numpy(self): return self.values
    def __array__(self, *rest, **more): return self.values

@dataclasses.dataclass
class Record:
    cost: float = 1.0
    grad: object = None

def on_another_thread(work):
    import threading
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

def with_part(answer, index, change):
    parts = list(answer)
    parts[index] = change(parts[index])
    return tuple(parts)

itself = []; itself.append(itself)
deep = functools.reduce(lambda inner, _: [inner], range(5000), 0)
"""

VALUES = {
    "None": "None",
    "text": "'text'",
    "empty text": "''",
    "long text": "'x' * 10**6",
    "control characters": "'\\0\\x1b[2J\\u202e'",
    "half a surrogate": "'\\ud800'",
    "bytes": "b'\\xff'",
    "a bytearray": "bytearray(3)",
    "a memoryview": "memoryview(b'abc')",
    "a bool": "True",
    "an int": "-1",
    "a huge int": "10**400",
    "an int of 65 bits": "2**64",
    "zero": "0",
    "minus zero": "-0.0",
    "nan": "float('nan')",
    "inf": "float('inf')",
    "a tiny number": "5e-324",
    "a huge number": "1.7e308",
    "complex": "1j",
    "a fraction": "fractions.Fraction(1, 3)",
    "a decimal": "decimal.Decimal('sNaN')",
    "a subclass of float": "OddFloat(1)",
    "a subclass of int": "OddInt(1)",
    "a subclass of str": "OddText('1')",
    "a dict": "{'cost': 1.0}",
    "a dict of odd keys": "{1: 2, None: 3, (1,): 4}",
    "an empty dict": "{}",
    "a set": "{1, 2, 3}",
    "an empty list": "[]",
    "a ragged list": "[[1.0], [2.0, 3.0]]",
    "a list of lists": "[[1.0, 2.0], [3.0, 4.0]]",
    "a list in itself": "itself",
    "a deep list": "deep",
    "a long list": "[0.0] * 10**5",
    "mixed entries": "[1, 'a', None, [2]]",
    "an empty tuple": "()",
    "a tuple of one": "(1.0,)",
    "a tuple of two": "(1.0, 2.0)",
    "a tuple of three": "(1.0, 2.0, 3.0)",
    "a tuple of Nones": "(None, None, None)",
    "a tuple of texts": "('a', 'b', 'c')",
    "a tuple of nans": "(float('nan'),) * 3",
    "a tuple of empty arrays": "(np.array([]),) * 3",
    "a tuple of four": "(1.0, np.ones(3), np.ones((3, 3)), None)",
    "a named tuple": "Triple(1.0, np.ones(3), np.ones((3, 3)))",
    "a subclass of tuple": "OddTuple((1.0, 2.0, 3.0))",
    "a subclass of list": "OddList([1.0, 2.0, 3.0])",
    "a dataclass": "Record()",
    "a range": "range(3)",
    "a generator": "(n for n in range(3))",
    "an endless iterator": "itertools.count()",
    "an iterator": "iter([1, 2, 3])",
    "a zip": "zip([1], [2])",
    "a map": "map(float, 'abc')",
    "a function": "len",
    "a lambda": "lambda *rest: 0",
    "a class": "dict",
    "a module": "np",
    "Ellipsis": "...",
    "NotImplemented": "NotImplemented",
    "an exception": "ValueError('returned')",
    "an object": "object()",
    "a slice": "slice(3)",
    "a file": "io.BytesIO(b'')",
    "a path": "pathlib.Path('x')",
    "raises at every question": "Raises()",
    "agrees with everything": "Agrees()",
    "lies about its class": "Lies()",
    "a table": "Frame()",
    "three that raise": "(Raises(), Raises(), Raises())",
    "three that agree": "(Agrees(),) * 3",
    "0-d array": "np.array(3.0)",
    "empty array": "np.array([])",
    "no rows": "np.zeros((0, 3))",
    "no columns": "np.zeros((3, 0))",
    "rank 4": "np.zeros((2, 2, 2, 2))",
    "rank 33": "np.zeros((1,) * 33)",
    "a matrix": "np.matrix([[1.0, 2.0]])",
    "a row": "np.ones((1, 3))",
    "a column": "np.ones((3, 1))",
    "object array": "np.array([1, None, 'a'], dtype=object)",
    "0-d object array": "np.array(None, dtype=object)",
    "array of texts": "np.array(['a', 'b'])",
    "array of bytes": "np.array([b'a'])",
    "complex array": "np.array([1j, 2])",
    "nan array": "np.full((3, 3), np.nan)",
    "inf array": "np.full((3, 3), -np.inf)",
    "huge array": "np.full(3, 1.7e308)",
    "masked array": "np.ma.masked_array([1.0, 2.0], [True, False])",
    "masked": "np.ma.masked",
    "bool array": "np.array([True, False])",
    "dates": "np.array(['2020-01-01'], 'datetime64[D]')",
    "a time": "np.timedelta64(3, 's')",
    "not a time": "np.datetime64('NaT')",
    "records": "np.zeros(3, [('a', float), ('b', int)])",
    "a void": "np.void(b'abc')",
    "float16": "np.float16(1)",
    "long double": "np.longdouble(1)",
    "array of long doubles": "np.ones(3, np.longdouble)",
    "array of float16": "np.ones(3, np.float16)",
    "uint8": "np.ones(3, np.uint8)",
    "uint64": "np.full(3, 2**64 - 1, np.uint64)",
    "big endian": "np.ones(3, '>f8')",
    "a subclass of array": "np.ones(3).view(OddArray)",
    "a view of one number": "np.broadcast_to(1.0, (9, 9))",
    "too large to send": "np.broadcast_to(1.0, (10**5, 10**5))",
    "backwards": "np.ones((3, 3))[::-1, ::-1]",
    "a NumPy bool": "np.True_",
    "a NumPy text": "np.str_('a')",
    "a list of arrays": "[np.ones(2), np.ones(3)]",
    "a NumPy generator": "np.random.default_rng()",
    "an iterator over an array": "np.nditer(np.ones(3))",
    "a dtype": "np.dtype(float)",
    "a ufunc": "np.exp",
    "a poly": "np.poly1d([1, 2])",
}

TENSORS = {
    "a text tensor": "tf.constant('a')",
    "texts": "tf.constant(['a', 'b'])",
    "an int tensor": "tf.constant([[1]])",
    "a bool tensor": "tf.constant([[True]])",
    "a complex tensor": "tf.constant([[1j]])",
    "an empty tensor": "tf.zeros((0,))",
    "no rows of a tensor": "tf.zeros((0, 1))",
    "no columns of a tensor": "tf.zeros((3, 0))",
    "a scalar tensor": "tf.constant(1.0)",
    "rank 5": "tf.zeros((1, 1, 1, 1, 1))",
    "bfloat16": "tf.cast([[1.0]], tf.bfloat16)",
    "half": "tf.cast([[1.0]], tf.half)",
    "float64": "tf.cast([[1.0]], tf.float64)",
    "nan tensor": "tf.fill((3, 3), float('nan'))",
    "qint8": "tf.bitcast(tf.constant([1], tf.int8), tf.qint8)",
    "float8": "tf.cast([1.0], tf.dtypes.experimental.float8_e4m3fn)",
    "int4": "tf.cast([1], tf.dtypes.experimental.int4)",
    "a ragged tensor": "tf.ragged.constant([[1.0], [2.0, 3.0]])",
    "a sparse tensor": "tf.sparse.from_dense([[0.0, 1.0]])",
    "a variable": "tf.Variable([[1.0]])",
    "a text variable": "tf.Variable('a')",
    "a Keras variable": "tf.keras.Variable([[1.0]])",
    "a symbolic tensor": "tf.keras.Input((3,))",
    "indexed slices": "tf.IndexedSlices(tf.ones((1, 3)), tf.constant([0]), tf.constant([3, 3]))",
    "a tensor array": "tf.TensorArray(tf.float32, 3)",
    "a dataset": "tf.data.Dataset.range(3)",
    "a shape": "tf.TensorShape([None, 3])",
    "no shape": "tf.TensorShape(None)",
    "a TensorFlow dtype": "tf.float32",
    "a spec": "tf.TensorSpec((3,))",
    "an optional": "tf.experimental.Optional.empty(tf.TensorSpec((3,)))",
    "a variant tensor": "tf.raw_ops.EmptyTensorList(element_shape=-1, max_num_elements=-1, element_dtype=tf.float32)",
    "a resource": "tf.Variable(1.0).handle",
    "a hash table": "tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)",
    "a TensorFlow function": "tf.function(lambda *rest: 0)",
    "a tape": "tf.GradientTape()",
    "a layer": "tf.keras.dense(1)",
    "a layer class": "tf.keras.layers.Dense",
    "a model class": "tf.keras.Model",
    "an optimizer": "tf.keras.optimizers.Adam()",
    "an optimizer class": "tf.keras.optimizers.Adam",
    "a loss": "tf.keras.losses.BinaryCrossentropy()",
    "a metric": "tf.keras.metrics.Mean()",
    "a module of TensorFlow": "tf.Module()",
    "two tensors": "(tf.ones((3, 1)), tf.ones((3, 1)))",
    "a list of tensors": "[tf.ones(3), tf.ones((2, 2))]",
    "a dict of tensors": "{'logits': tf.ones((3, 1))}",
    "a tensor that is too large": "tf.zeros((3000, 3000))",
}

# What a function of Part I makes of its arguments: tensors, or numbers for sample_noise.
OF_TENSORS = {
    "raises": "[][0]",
    "leaves": "exit()",
    "recurses": "(lambda f: f(f))(lambda f: f(f))",
    "the argument": "a[0]",
    "all arguments": "a",
    "as float64": "tf.cast(right(*a), tf.float64)",
    "as half": "tf.cast(right(*a), tf.half)",
    "as bfloat16": "tf.cast(right(*a), tf.bfloat16)",
    "as int": "tf.cast(right(*a), tf.int32)",
    "as bool": "tf.cast(right(*a), tf.bool)",
    "as complex": "tf.cast(right(*a), tf.complex64)",
    "as text": "tf.strings.as_string(right(*a))",
    "as an array": "right(*a).numpy()",
    "as a list": "right(*a).numpy().tolist()",
    "as a variable": "tf.Variable(right(*a))",
    "as a Keras variable": "tf.keras.Variable(right(*a))",
    "as objects": "right(*a).numpy().astype(object)",
    "as sparse": "tf.sparse.from_dense(tf.reshape(right(*a), (1, -1)))",
    "as ragged": "tf.RaggedTensor.from_tensor(tf.reshape(right(*a), (1, -1)))",
    "an axis more": "right(*a)[None]",
    "flat": "tf.reshape(right(*a), (-1,))",
    "nothing of it": "tf.reshape(right(*a), (-1,))[:0]",
    "a first number": "tf.reshape(right(*a), (-1,))[0]",
    "twice": "tf.stack([right(*a)] * 2)",
    "in a tuple": "(right(*a),)",
    "in a dict": "{'x': right(*a)}",
    "nan": "right(*a) * float('nan')",
    "zero": "right(*a) * 0",
    "inf": "right(*a) + float('inf')",
    "without a gradient": "tf.stop_gradient(right(*a))",
    "a constant": "tf.constant(right(*a).numpy())",
    "as a matrix": "np.matrix(np.reshape(right(*a).numpy(), (1, -1)))",
    "masked": "np.ma.masked_invalid(right(*a).numpy())",
    "in a compiled function": "tf.function(right)(*a)",
    "through NumPy": "tf.numpy_function(lambda *x: right(*map(tf.constant, x)).numpy(), a, tf.float32)",
}

MODEL_HELPERS = """
keras, layers = tf.keras, tf.keras.layers
one = tf.constant(1.0)

def product(self, x): return functools.reduce(tf.matmul, self.own, x)

def own_dense(units):
    "A dense layer that may have no units."
    class Own(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], units))
            self.bias = self.add_weight(shape=(units,))
            self.built = True
        def call(self, x): return x @ self.kernel + self.bias
        def compute_output_shape(self, shape): return (shape[0], units)
    return Own()

def seq(*rest): return keras.Sequential([layers.Input((n,)), *rest])

def answers(change):
    "A model whose answer is that of the right one, changed."
    def make(self): self.inner = right()
    return model(lambda self, x: change(self.inner(x)), make)

def shaped(*shapes): return [types.SimpleNamespace(shape=shape) for shape in shapes]

def dense(units, **options): return layers.Dense(units, **options)

def constant(number): return keras.initializers.Constant(float(number))

def functional(make, width=None, dtype=None):
    x = keras.Input((width or n,), dtype=dtype)
    return keras.Model(x, make(x))

def layer(call, *shapes, **options):
    "A layer with weights of these shapes."
    class Own(layers.Layer):
        def build(self, shape):
            self.own = [self.add_weight(shape=s, name=f"w{i}", **options) for i, s in enumerate(shapes)]
            self.built = True
        def call(self, x, *rest, **more): return call(self, x)
        def compute_output_shape(self, shape): return (shape[0], m)
    return Own()

def model(call, make=lambda self: None):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            make(self)
        def call(self, x, *rest, **more): return call(self, x)
    return Own()

def changed(**attributes):
    "A right model whose class has other attributes."
    made = right()
    made.__class__ = type("Own", (type(made),), attributes)
    return made

def standin(**attributes):
    "Something that is no model and has the methods of one."
    inner = right()
    usual = {name: getattr(inner, name) for name in ("set_weights", "get_weights", "weights", "trainable_variables")}
    def __call__(self, *rest, **more): return inner(*rest, **more)
    return type("Standin", (), {**usual, "__call__": __call__, **attributes})()

def wrong(**ours):
    def raised(*rest, **more): raise ZeroDivisionError("division by zero")
    return property(raised) if ours.get("as_property") else raised
"""

# `n` is the width of the input, `m` that of the output.
MODELS = {
    "no layers": "keras.Sequential()",
    "an input only": "keras.Sequential([layers.Input((n,))])",
    "the input again": "functional(lambda x: x)",
    "flatten only": "seq(layers.Flatten())",
    "no weights": "functional(lambda x: x[:, :m] * 0.1)",
    "no weights but a lambda": "seq(layers.Lambda(lambda x: x[:, :m], output_shape=(m,)))",
    "not built": "keras.Sequential([dense(256), dense(m)])",
    "no units": "seq(dense(0), dense(m))",
    "a hidden layer of no units": "seq(own_dense(5), own_dense(0), own_dense(m))",
    "a first layer of no units": "seq(own_dense(0), own_dense(256), own_dense(m))",
    "a last hidden layer of no units": "seq(dense(256), own_dense(256), own_dense(0), own_dense(m))",
    "a last layer of no units": "seq(dense(256), dense(256), own_dense(0))",
    "wide layers but one of no units": "seq(dense(1024), own_dense(0), own_dense(1024), dense(m))",
    "a weight without columns": "seq(layer(product, (n, 0), (0, m)))",
    "a weight without rows": "functional(lambda x: layer(lambda s, x: x[:, :m], (0, n))(x))",
    "an empty vector": "functional(lambda x: layer(lambda s, x: x[:, :m], (0,))(x))",
    "right shapes and one more without columns": "seq(right(), layer(lambda s, x: x, (m, 0)))",
    "output of no columns": "functional(lambda x: x[:, :0])",
    "a layer of no units at the end": "seq(layer(lambda s, x: x @ s.own[0], (n, 0)))",
    "a scalar weight": "functional(lambda x: layer(lambda s, x: x[:, :m] * s.own[0], ())(x))",
    "weights of rank 3": "functional(lambda x: layers.Conv1D(m, 3)(x[:, :, None])[:, 0])",
    "weights of rank 5": "functional(lambda x: layer(lambda s, x: x[:, :m] * tf.reduce_sum(s.own[0]), (1,) * 5)(x))",
    "int weights": "functional(lambda x: layer(lambda s, x: x[:, :m], (n, m), dtype='int32', initializer='zeros')(x))",
    "bool weights": "functional(lambda x: layer(lambda s, x: x[:, :m], (n, m), dtype='bool', initializer='zeros')(x))",
    "complex weights": "functional(lambda x: layer(lambda s, x: x[:, :m], (n, m), dtype='complex64')(x))",
    "text inputs": "functional(lambda x: layer(lambda s, x: tf.strings.length(x), (n, m))(x), dtype='string')",
    "int inputs": "functional(lambda x: layers.Embedding(9, m)(x)[:, 0], dtype='int32')",
    "another input width": "functional(lambda x: dense(m)(x), width=5)",
    "nan weights": "seq(dense(m, kernel_initializer=constant('nan')))",
    "inf weights": "seq(dense(m, kernel_initializer=constant('inf')))",
    "zero weights": "seq(dense(256, kernel_initializer='zeros'), dense(m, kernel_initializer='zeros'))",
    "two outputs": "functional(lambda x: [dense(m)(x), dense(m)(x)])",
    "a dict of outputs": "functional(lambda x: {'a': dense(m)(x)})",
    "two inputs": "(lambda x, y: keras.Model([x, y], dense(m)(x + y)))(keras.Input((n,)), keras.Input((n,)))",
    "output of rank 0": "functional(lambda x: layer(lambda s, x: tf.reduce_sum(x @ s.own[0]), (n, m))(x))",
    "output of rank 1": "functional(lambda x: layer(lambda s, x: (x @ s.own[0])[:, 0], (n, m))(x))",
    "output of rank 3": "functional(lambda x: dense(m)(x)[:, None])",
    "an empty batch": "answers(lambda y: y[:0])",
    "a double batch": "answers(lambda y: tf.concat([y] * 2, 0))",
    "text outputs": "answers(lambda y: tf.strings.as_string(y))",
    "ragged outputs": "answers(lambda y: tf.RaggedTensor.from_tensor(y))",
    "sparse outputs": "answers(lambda y: tf.sparse.from_dense(y))",
    "int outputs": "answers(lambda y: tf.cast(y, tf.int32))",
    "complex outputs": "answers(lambda y: tf.cast(y, tf.complex64))",
    "half outputs": "answers(lambda y: tf.cast(y, tf.half))",
    "an array": "answers(lambda y: y.numpy())",
    "a list": "answers(lambda y: y.numpy().tolist())",
    "None again": "model(lambda s, x: None)",
    "itself": "model(lambda s, x: s)",
    "a call that raises": "model(lambda s, x: [][0])",
    "nan outputs": "answers(lambda y: y * float('nan'))",
    "its weight": "model(lambda s, x: s.r.weights[0], lambda s: setattr(s, 'r', right()))",
    "no gradient": "answers(lambda y: tf.stop_gradient(y))",
    "new weights at every call": "model(lambda s, x: dense(m)(x))",
    "nothing trainable": "(lambda r: (setattr(r, 'trainable', False), r)[1])(right())",
    "one layer trainable": "(lambda r: (setattr(r.layers[0], 'trainable', False), r)[1])(right())",
    "dropout": "seq(layers.Dropout(0.9), right())",
    "batch normalization": "seq(layers.BatchNormalization(), right())",
    "noise": "seq(layers.GaussianNoise(9.0), right())",
    "a recurrent layer": "functional(lambda x: layers.LSTM(m)(x[:, :5, None]))",
    "one layer shared": "(lambda d: functional(lambda x: dense(m)(d(d(x)))))(dense(n))",
    "sixty layers": "seq(*[dense(8) for _ in range(60)], dense(m))",
    "no biases": "seq(dense(256, use_bias=False), dense(m, use_bias=False))",
    "biases only": "functional(lambda x: layer(lambda s, x: x[:, :m] + s.own[0], (m,))(x))",
    "a very wide layer": "seq(dense(5_000), dense(m))",
    "float64": "seq(dense(256, dtype='float64'), dense(m, dtype='float64'))",
    "float16": "seq(dense(256, dtype='float16'), dense(m, dtype='float16'))",
    "mixed precision": "seq(dense(256, dtype='mixed_float16'), dense(m))",
    "compiled": "(lambda r: (r.compile('adam', 'mse'), r)[1])(right())",
    "a dense layer": "dense(m)",
    "the layer of a model": "right().layers[0]",
    "a model in a list": "[right()]",
    "a model in a tuple": "(right(), right())",
    "its class": "type(right())",
    "the function itself": "right",
    "weights of None": "changed(weights=None)",
    "weights that raise": "changed(weights=wrong(as_property=True))",
    "weights of texts": "changed(weights=['a', 'b'])",
    "weights of numbers": "changed(weights=[1.0, 2.0])",
    "no weights at all": "changed(weights=[])",
    "weights with odd shapes": "changed(weights=shaped((None, 3), (-1, 2.5)))",
    "weights with a huge shape": "changed(weights=shaped((10**30, 10**30)))",
    "weights with no rows": "changed(weights=shaped((0, 0), (0,)) * 3)",
    "weights of shape true": "changed(weights=[types.SimpleNamespace(shape=(True, False))])",
    "fewer weights": "changed(weights=right().weights[:3])",
    "more weights": "changed(weights=right().weights * 3)",
    "the weights backwards": "changed(weights=right().weights[::-1])",
    "set_weights that raises": "changed(set_weights=wrong())",
    "set_weights that does nothing": "changed(set_weights=lambda *rest: None)",
    "get_weights of None": "changed(get_weights=lambda self: None)",
    "get_weights of texts": "changed(get_weights=lambda self: ['a'])",
    "trainable variables of None": "changed(trainable_variables=None)",
    "trainable variables that raise": "changed(trainable_variables=wrong(as_property=True))",
    "no trainable variables": "changed(trainable_variables=[])",
    "trainable variables of numbers": "changed(trainable_variables=[1.0, 2.0])",
    "a stand-in": "standin()",
    "a stand-in that answers None": "standin(__call__=lambda self, x: None)",
    "a stand-in that answers a list": "standin(__call__=lambda self, x: [[1.0]] * len(x))",
    "a stand-in without weights": "standin(weights=[], trainable_variables=[])",
    "a stand-in with weights without units": "standin(weights=[np.zeros(s) for s in ((n, 0), 0, (0, m), m)])",
    "a stand-in with a call that raises": "standin(__call__=wrong())",
    "a stand-in that answers a scalar": "standin(__call__=lambda self, x: one)",
    "a stand-in that answers nothing for a batch": "standin(__call__=lambda self, x: tf.zeros((0, m)))",
    "another answer each time": "standin(__call__=lambda self, x: tf.random.normal((len(x), m)))",
    "an answer as wide as asked": "standin(__call__=lambda self, x: tf.zeros((len(x), len(x))))",
    "leaves": "model(lambda s, x: exit(3))",
}

SOLVER_HELPERS = """
opt = tf.keras.optimizers
def own(apply, **attributes):
    def apply_gradients(self, pairs, *rest, **more): return apply(list(pairs))
    return type("Solver", (), {"apply_gradients": apply_gradients, **attributes})()
def step(size): return lambda pairs: [variable.assign_sub(size * tf.sign(slope)) for slope, variable in pairs]
def raised(*rest, **more): raise ZeroDivisionError("division by zero")
"""

# One solver; the function returns two.
SOLVERS = {
    "SGD": "opt.SGD(a[0])",
    "RMSprop": "opt.RMSprop(a[0])",
    "Nadam": "opt.Nadam(a[0], beta_1=a[1])",
    "Lion": "opt.Lion(a[0])",
    "Ftrl": "opt.Ftrl(a[0])",
    "Adafactor": "opt.Adafactor(a[0])",
    "AdamW": "opt.AdamW(a[0], beta_1=a[1])",
    "amsgrad": "opt.Adam(a[0], beta_1=a[1], amsgrad=True)",
    "a schedule": "opt.Adam(opt.schedules.ExponentialDecay(a[0], 1, 0.5), beta_1=a[1])",
    "a schedule alone": "opt.schedules.ExponentialDecay(a[0], 1, 0.5)",
    "a function as rate": "opt.Adam(lambda: a[0], beta_1=a[1])",
    "a variable as rate": "opt.Adam(tf.Variable(a[0]), beta_1=a[1])",
    "scaled losses": "opt.LossScaleOptimizer(opt.Adam(a[0], beta_1=a[1]))",
    "an average of steps": "opt.Adam(a[0], beta_1=a[1], use_ema=True)",
    "two steps at once": "opt.Adam(a[0], beta_1=a[1], gradient_accumulation_steps=2)",
    "weight decay": "opt.Adam(a[0], beta_1=a[1], weight_decay=0.1)",
    "clipped": "opt.Adam(a[0], beta_1=a[1], clipnorm=1e-9)",
    "rate 0": "opt.Adam(0.0)",
    "a negative rate": "opt.Adam(-1.0)",
    "rate nan": "opt.Adam(float('nan'))",
    "rate inf": "opt.Adam(float('inf'))",
    "beta 0": "opt.Adam(a[0], beta_1=0.0)",
    "beta 1": "opt.Adam(a[0], beta_1=1.0)",
    "beta nan": "opt.Adam(a[0], beta_1=float('nan'))",
    "epsilon 0": "opt.Adam(a[0], beta_1=a[1], epsilon=0.0)",
    "beta as text": "opt.Adam(a[0], beta_1='0.5')",
    "rate as text": "opt.Adam('fast')",
    "the class": "opt.Adam",
    "a name": "'adam'",
    "a config": "opt.Adam(a[0]).get_config()",
    "already built": "(lambda o: (o.build([tf.Variable([1.0])]), o)[1])(opt.Adam(a[0]))",
    "None": "None",
    "a number": "1.0",
    "a tensor": "tf.constant(1.0)",
    "a Keras model": "tf.keras.Sequential()",
    "a lambda": "lambda *rest: None",
    "raises at every question": "Raises()",
    "agrees with everything": "Agrees()",
    "does nothing": "own(lambda pairs: None)",
    "raises": "own(raised)",
    "sets nan": "own(lambda pairs: [v.assign(v * float('nan')) for _, v in pairs])",
    "sets inf": "own(lambda pairs: [v.assign(v + float('inf')) for _, v in pairs])",
    "sets zero": "own(lambda pairs: [v.assign(v * 0) for _, v in pairs])",
    "huge steps": "own(lambda pairs: [v.assign_add(1e38 * tf.sign(g)) for g, v in pairs])",
    "tiny steps": "own(lambda pairs: [v.assign_sub(1e-45 * tf.sign(g)) for g, v in pairs])",
    "once only": "own(lambda pairs, done=[]: done or done.append(step(1e-3)(pairs)))",
    "no method": "own(raised, apply_gradients=None)",
}

PAIRS = {
    "a list": "list(right(*a))",
    "a generator": "(solver for solver in right(*a))",
    "a dict": "dict(D=right(*a)[0], G=right(*a)[1])",
    "a named tuple": "Pair(*right(*a))",
    "an array": "np.array(right(*a), dtype=object)",
    "three": "right(*a) + right(*a)[:1]",
    "one": "right(*a)[:1]",
    "one solver": "right(*a)[0]",
    "one solver twice": "right(*a)[:1] * 2",
    "nested": "(right(*a), right(*a))",
    "a set": "set(right(*a))",
    "a subclass of tuple": "OddTuple(right(*a))",
    "a solver and None": "(right(*a)[0], None)",
    "a solver and a class": "(right(*a)[0], tf.keras.optimizers.Adam)",
}

# In the place of one of the three values of the functions of Part II, as a function of the right one.
PARTS = {
    "None": "None",
    "a text": "str(r)",
    "a list": "np.asarray(r).tolist()",
    "a row": "np.reshape(r, (1, -1))",
    "a column": "np.reshape(r, (-1, 1))",
    "a matrix": "np.matrix(r)",
    "a transpose": "np.transpose(r)",
    "flat": "np.ravel(r)",
    "an axis more": "np.asarray(r)[..., None]",
    "float32": "np.float32(r)",
    "float16": "np.float16(r)",
    "long double": "np.longdouble(r)",
    "complex": "np.asarray(r) + 0j",
    "int": "np.asarray(r).astype(int)",
    "bool": "np.asarray(r) > 0",
    "objects": "np.asarray(r).astype(object)",
    "texts": "np.asarray(r).astype(str)",
    "nan": "r * np.nan",
    "inf": "r * np.inf",
    "one nan": "np.where(np.indices(np.shape(r)).sum(0) == 0, np.nan, r)",
    "zero": "r * 0",
    "minus": "-r",
    "huge": "r * 1e308",
    "tiny": "r * 1e-320",
    "masked": "np.ma.masked_array(r, np.ones(np.shape(r), bool))",
    "half masked": "np.ma.masked_less(r, 0)",
    "a subclass": "np.asarray(r).view(OddArray)",
    "nothing of it": "np.ravel(r)[:0]",
    "one number of it": "np.ravel(r)[0]",
    "twice": "np.stack([r, r])",
    "in a list": "[r]",
    "in a tuple": "(r,)",
    "backwards": "np.ravel(r)[::-1]",
    "big endian": "np.asarray(r, '>f8')",
    "in Fortran's order": "np.asfortranarray(r)",
    "read only": "np.broadcast_to(r, np.shape(r))",
    "ragged": "[[1.0], [2.0, 3.0]]",
    "a dict": "{0: r}",
    "a table": "Frame()",
    "raises at every question": "Raises()",
    "agrees with everything": "Agrees()",
    "a generator": "(x for x in np.ravel(r))",
    "the dataset": "a[-1]",
    "a function": "len",
    "a subclass of float": "OddFloat(np.ravel(r)[0])",
    "a huge int": "10**400",
    "rank 33": "np.zeros((1,) * 33)",
    "no rows": "np.zeros((0, 3))",
}

# What the functions of Part II may do with what they are given, `a`; `d` is the dataset. The right answer comes
# afterwards, if it still can.
DEEDS = {
    "draws with arguments": "d.sampleTokenIdx(1, 2, key=3)",
    "draws a thousand": "[d.sampleTokenIdx() for _ in range(1000)]",
    "asks for what is not there": "d.tokens()",
    "asks the dataset for a private name": "d.__class__, d.__dict__",
    "sets the dataset": "setattr(d, 'sampleTokenIdx', lambda: 0)",
    "counts the dataset": "len(d)",
    "iterates the dataset": "list(d)",
    "compares the dataset": "d == d, hash(d), bool(d), repr(d)",
    "copies the dataset": "__import__('copy').deepcopy(d)",
    "overwrites arrays": "[x.fill(np.nan) for x in a if isinstance(x, np.ndarray)]",
    "shrinks arrays": "[x.resize(0, refcheck=False) for x in a if isinstance(x, np.ndarray)]",
    "changes dtypes": "[setattr(x, 'dtype', np.int64) for x in a if isinstance(x, np.ndarray)]",
    "changes shapes": "[setattr(x, 'shape', (-1, 1)) for x in a if isinstance(x, np.ndarray)]",
    "empties lists": "[x.clear() for x in a if isinstance(x, (list, dict))]",
    "fills lists with odd things": "[x.append(object()) for x in a if isinstance(x, list)]",
    "puts a list into itself": "[x.append(x) for x in a if isinstance(x, list)]",
    "closes the door": "__import__('os').closerange(3, 99)",
    "changes NumPy's errors": "np.seterr(all='raise')",
    "turns warnings to errors": "__import__('warnings').simplefilter('error')",
    "breaks NumPy": "setattr(np, 'asarray', None)",
    "sets a limit of recursion": "__import__('sys').setrecursionlimit(60)",
    "prints": "print('x' * 10**6)",
    "leaves": "exit(3)",
    "raises a group": "(_ for _ in ()).throw(type('Odd', (BaseException,), {})('odd'))",
    "raises without text": "(_ for _ in ()).throw(AssertionError)",
    "interrupts": "(_ for _ in ()).throw(KeyboardInterrupt)",
}

# How skipgram may call the cost function that it is given, `f`.
COST_CALLS = {
    "nothing": "f()",
    "too many": "f(1, 2, 3, 4, 5, 6, 7)",
    "Nones": "f(None, None, None, None)",
    "texts": "f('a', 'b', 'c', 'd')",
    "by name": "f(predicted=a[4][0], target=0, outputVectors=a[5], dataset=d)",
    "a whole table": "f(a[4], 0, a[5], d)",
    "a column": "f(a[4][0][:, None], 0, a[5], d)",
    "a row": "f(a[4][:1], 0, a[5], d)",
    "a list": "f(a[4][0].tolist(), 0, a[5].tolist(), d)",
    "a matrix": "f(np.matrix(a[4][0]), 0, np.matrix(a[5]), d)",
    "no rows": "f(a[4][0], 0, a[5][:0], d)",
    "an empty vector": "f(a[4][0][:0], 0, a[5], d)",
    "other sizes": "f(np.ones(99), 0, np.ones((99, 99)), d)",
    "nan": "f(a[4][0] * np.nan, 0, a[5] * np.nan, d)",
    "complex": "f(a[4][0] + 1j, 0, a[5] + 1j, d)",
    "float32": "f(np.float32(a[4][0]), 0, np.float32(a[5]), d)",
    "int": "f(a[4][0].astype(int), 0, a[5], d)",
    "a word as target": "f(a[4][0], a[0], a[5], d)",
    "a negative target": "f(a[4][0], -1, a[5], d)",
    "a target too far": "f(a[4][0], 10**30, a[5], d)",
    "a target of 0.5": "f(a[4][0], 0.5, a[5], d)",
    "a list of targets": "f(a[4][0], [0, 1], a[5], d)",
    "an array as target": "f(a[4][0], np.array(0), a[5], d)",
    "an empty target": "f(a[4][0], np.array([]), a[5], d)",
    "a bool as target": "f(a[4][0], True, a[5], d)",
    "None as target": "f(a[4][0], None, a[5], d)",
    "a NumPy number as target": "f(a[4][0], np.int8(0), a[5], d)",
    "another dataset": "f(a[4][0], 0, a[5], None)",
    "the function as dataset": "f(a[4][0], 0, a[5], f)",
    "objects": "f(object(), object(), object(), object())",
    "asks for attributes": "f.call, f.__name__, f.stub",
    "a thousand times": "[f(a[4][0], 0, a[5], d) for _ in range(1000)]",
    "the answer unpacked": "[x.fill(0) for x in f(a[4][0], 0, a[5], d) if isinstance(x, np.ndarray)]",
    "on another thread": "on_another_thread(lambda: f(a[4][0], 0, a[5], d))",
}
