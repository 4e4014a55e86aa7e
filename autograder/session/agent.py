"""The side of the student process: it runs a cell, calls a function, returns a value for the grader.

Loaded by path into the process of student code, which can read and change all of it.
So it holds no secret and decides nothing: whatever it sends is data that the grader compares.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import cell_shell
import numpy as np
import png_picture
import student_side
import wire


class StubProxy:
    """Represents, in the student process, an object with methods that the grader answers."""

    def __init__(self, agent: Agent, stub_id: int, methods: list[str]) -> None:
        for method in methods:
            setattr(self, method, lambda *args, _method=method, **kwargs: agent.ask(stub_id, _method, args, kwargs))


class Player:
    """Represents an object with methods that return given values one by one, and then perhaps ask the grader."""

    def __init__(self, recorded: dict[str, list[Any]], rest: StubProxy | None) -> None:
        for method, values in recorded.items():
            further = () if rest is None else iter(getattr(rest, method), self)
            setattr(self, method, itertools.chain(values, further).__next__)


StubProxy.__name__ = Player.__name__ = "dataset"  # as notebooks call such an object; errors of student code say it


class Kept:
    """Marks a result that stays here, whatever it is."""

    def __init__(self, result: Any) -> None:
        self.object = result


class AgentCodec(wire.Codec):
    """Arrays marked as tensors become tf.Tensors, and what cannot travel stays here under a number."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def encode_other(self, value: Any) -> Any:
        """Return the tagged form of a value that is not plain data."""
        if isinstance(value, Kept):
            return self._handle(value.object)
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is not None and isinstance(value, (tensorflow.Tensor, tensorflow.Variable)):
            return self._tensor(value) if hasattr(value, "numpy") else self._handle(value)
        if type(value).__module__.startswith("keras.") and type(value).__name__ == "Variable":
            return self._tensor(value)
        return self._handle(value)

    def decode(self, value: Any, depth: int = 0) -> Any:
        """Return the value of a received form."""
        decoded = super().decode(value, depth)
        if isinstance(decoded, wire.Tensor):
            return sys.modules["tensorflow"].constant(np.asarray(decoded))
        return decoded

    def decode_other(self, tag: str, payload: Any) -> Any:
        """Return the value of a tag that is not plain data."""
        if tag == "handle":
            return self._agent.objects[payload]
        if tag == "stub":
            stub_id, methods = payload
            if methods == ["call"]:
                return lambda *args, **kwargs: self._agent.ask(stub_id, "call", args, kwargs)
            return StubProxy(self._agent, stub_id, methods)
        if tag == "recording":
            recorded, rest = self.decode(payload)
            return Player({method: values.tolist() for method, values in recorded.items()}, rest)
        return super().decode_other(tag, payload)

    def _tensor(self, value: Any) -> Any:
        self.refuse_more_bytes(math.prod(value.shape))  # at least so many; `numpy` may copy them
        values = np.asarray(value.numpy())
        if values.dtype.name == "bfloat16":
            values = values.astype("float32")
        return self.encode_array("tensor", values)

    def _handle(self, value: Any) -> Any:
        self._agent.objects.append(value)
        return {"t": "handle", "v": [len(self._agent.objects) - 1, type(value).__name__[:80]]}


class Agent:
    """Serves one student process until the grader closes the channel."""

    def __init__(self, sock: Any, shell: Any) -> None:
        self.objects: list[Any] = []
        self._shell = shell
        self._names = shell.user_ns
        self._socket = sock
        self._channel = wire.Channel(sock, AgentCodec(self))
        self._lock = threading.RLock()
        self._ticket = ""  # of the request that is being answered
        self._test_answers: student_side.StudentSide | None = None

    def greet(self, hello: dict[str, Any]) -> None:
        """Tell the grader how this process is confined, before any student code runs."""
        self._channel.send(hello)

    def serve(self) -> None:
        """Answer requests one after the other; return when the grader is gone."""
        while True:
            try:
                request = self._channel.receive()
            except wire.WireError:
                return
            self._answer(request)

    def ask(self, stub_id: int, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Let the grader answer a call to one of its stubs."""
        with self._lock:
            self._channel.send({"stub": stub_id, "method": method, "args": list(args), "kwargs": kwargs})
            reply = self._channel.receive()
        if "error" in reply:
            raise TypeError(reply["error"])
        return reply["value"]

    def _answer(self, request: dict[str, Any]) -> None:
        ticket = self._ticket = request.pop("ticket")
        try:
            reply = {"value": getattr(self, "do_" + request.pop("do"))(**request)}
            self._channel.send({"ticket": ticket, **reply})
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            self._channel.send({"ticket": ticket, "error": cell_shell.describe(error, __file__)})

    # --- the requests ---

    def do_run_cell(self, source: str) -> Any:
        """Run one code cell; return what its statements raised."""
        return self._shell.run(source)

    def do_serve_tests(self) -> None:
        """Answer the process that runs tests, which has a copy of the grader's end, until it says that this was all.

        It begins when it reads that its requests are waited for: none of them gets into the grader's own buffer here.
        """
        if self._test_answers is None:
            self._test_answers = student_side.StudentSide(self._socket, self._names, self._shell)
        self._channel.send({"ticket": self._ticket})
        self._test_answers.serve()

    def do_add_module(self, path: str, data: bytes) -> None:
        """Put a module of the student's own where an import finds it."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def do_defined(self, names: list[str]) -> list[str]:
        """Return those of the names that the notebook has defined, not counting placeholders for functions."""
        return self._shell.defined(names)

    def do_call(self, target: Any, args: list[Any], kwargs: dict[str, Any], keep: bool, return_args: bool) -> Any:
        """Call a function by name or an object by handle."""
        result = self._resolve(target)(*args, **kwargs)
        if keep:
            return Kept(result)
        return [result, args] if return_args else result

    def do_call_each(self, target: Any, calls: list[list[Any]]) -> list[Any]:
        """Call a function with each of these lists of arguments; return result and error of each call."""
        function = self._resolve(target)
        return outcomes(functools.partial(function, *args) for args in calls)

    def do_invoke(self, target: Any, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call a method of an object."""
        return self._attribute(target, path)(*args, **kwargs)

    def do_invoke_each(self, target: Any, calls: list[Any]) -> list[Any]:
        """Call methods of an object, each with its arguments; return result and error of each call."""
        return outcomes(functools.partial(self.do_invoke, target, *call) for call in calls)

    def do_get(self, target: Any, path: str) -> Any:
        """Return an attribute of an object, or a name of the notebook."""
        return self._attribute(target, path)

    def do_try_model(self, target: Any, inputs: Any) -> Any:
        """Call a Keras model once, which builds it.

        Return what it answers and the shapes of its weights; None when the object is no model.
        """
        model = self._resolve(target)
        if not hasattr(model, "set_weights"):
            return None
        answer = model(inputs)
        return [answer, [[int(size) for size in weight.shape] for weight in model.weights]]

    def do_step_model(self, target: Any, inputs: Any, cotangent: Any, rate: float) -> Any:
        """Change a model by a small step against the gradient of sum(cotangent * answer); return what it answers."""
        tf = sys.modules["tensorflow"]
        model = self._resolve(target)
        with tf.GradientTape() as tape:
            total = weighted_sum(tf, model(inputs), cotangent)
        variables = list(model.trainable_variables)
        gradients = dense(tf, tape.gradient(total, [tf_variable(entry) for entry in variables]))
        for variable, gradient in zip(variables, gradients, strict=True):
            if gradient is not None:
                variable.assign_sub(rate * gradient)
        return model(inputs)

    def do_differentiate_model(self, target: Any, inputs: Any, cotangent: Any) -> Any:
        """Return the gradient of sum(cotangent * answer) at each weight of a model, None where none arrives or may.

        A matrix has two million numbers: of its product with its gradient, entry by entry, the sums of columns travel.
        """
        tf = sys.modules["tensorflow"]
        model = self._resolve(target)
        with tf.GradientTape() as tape:
            total = weighted_sum(tf, model(inputs), cotangent)
        trainable = {id(variable) for variable in model.trainable_variables}
        weights = list(model.weights)
        gradients = dense(tf, tape.gradient(total, [tf_variable(weight) for weight in weights]))
        return [
            None if gradient is None or id(weight) not in trainable else in_columns(gradient, weight)
            for weight, gradient in zip(weights, gradients, strict=True)
        ]

    def do_gradient(self, target: Any, args: list[Any], wrt: list[int], cotangent: Any) -> Any:
        """Return the gradient of sum(cotangent * f(*args)) with respect to some arguments."""
        tf = sys.modules["tensorflow"]
        function, sources = self._resolve(target), [args[index] for index in wrt]
        with tf.GradientTape() as tape:
            for source in sources:
                tape.watch(source)
            total = weighted_sum(tf, function(*args), cotangent)
        return dense(tf, tape.gradient(total, sources))

    def do_apply_gradients(self, target: Any, variables: list[Any], gradients: list[Any]) -> Any:
        """Make fresh variables, take one optimizer step for each entry of `gradients`, return them after each."""
        tf = sys.modules["tensorflow"]
        optimizer, made = self._resolve(target), [tf.Variable(values) for values in variables]
        history = []
        for step in gradients:
            optimizer.apply_gradients([(tf.constant(slope), entry) for slope, entry in zip(step, made, strict=True)])
            history.append([entry.numpy() for entry in made])
        return history

    def do_same_object(self, first: Any, second: Any) -> bool:
        """Return whether two handles are one object."""
        return first is second

    def do_signature(self, target: Any) -> dict[str, Any]:
        """Return parameter names and their defaults."""
        parameters = inspect.signature(self._resolve(target)).parameters.values()
        return {p.name: "<required>" if p.default is p.empty else p.default for p in parameters}

    def do_decode_image(self, data: bytes) -> Any:
        """Decode a PNG onto white, to (height, width, 3) uint8; a large one is reduced, to travel faster."""
        return png_picture.pixels(data)

    def _resolve(self, target: Any) -> Any:
        return self._names[target] if isinstance(target, str) else target

    def _attribute(self, target: Any, path: str) -> Any:
        value = self._resolve(target)
        for name in path.split(".") if path else ():
            value = getattr(value, name)
        return value


def outcomes(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Return result and error of each call, one of them None."""
    answers: list[Any] = []
    for call in calls:
        try:
            answers.append([call(), None])
        except BaseException as error:
            answers.append([None, cell_shell.describe(error, __file__)])
    return answers


def weighted_sum(tf: Any, result: Any, cotangent: Any) -> Any:
    """Return sum(cotangent * result), or the plain sum without a cotangent."""
    result = tf.convert_to_tensor(result)
    if cotangent is None:
        return tf.reduce_sum(result)
    return tf.reduce_sum(tf.reshape(result, np.shape(cotangent)) * tf.cast(cotangent, result.dtype))


def dense(tf: Any, gradients: list[Any]) -> list[Any]:
    """Return gradients as tensors: that of tf.gather is a list of rows with their numbers."""
    return [None if gradient is None else tf.convert_to_tensor(gradient) for gradient in gradients]


def tf_variable(weight: Any) -> Any:
    """Return the tf.Variable of a Keras weight."""
    value = getattr(weight, "value", weight)
    return weight if callable(value) else value


def in_columns(gradient: Any, weight: Any) -> Any:
    """Return the sums of the columns of gradient * weight for a matrix of several rows, else the gradient."""
    slope, values = np.asarray(gradient), np.asarray(tf_variable(weight))
    is_matrix = slope.ndim == 2 and len(slope) != 1 and slope.shape == values.shape
    return np.einsum("ij,ij->j", slope, values) if is_matrix else slope
