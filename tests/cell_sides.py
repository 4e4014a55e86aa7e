"""The two ends of what test cells ask and students' code answers, without processes."""

from typing import Any

import cell_modules

values, wire = cell_modules.load("values"), cell_modules.load("wire")
LIBRARIES = {"pandas": "frame_values", "tensorflow": "tensor_values"}


class Sides:
    """Two codecs, and messages from one to the other."""

    def __init__(self, *libraries: str) -> None:
        for name in libraries:
            cell_modules.load(LIBRARIES[name])
        self.test, self.student = values.ValueCodec(libraries), values.ValueCodec(libraries)
        self.sent_bytes = 0

    def to_student(self, value: Any) -> Any:
        return self._send(value, self.test, self.student)

    def to_test(self, value: Any) -> Any:
        return self._send(value, self.student, self.test)

    def call(self, function: Any, *args: Any) -> Any:
        """Let the student's side call a function, as the two processes do."""
        received = self.to_student(args)
        touched = self.student.touched
        result = function(*received)
        self.student.check(touched)
        return self.to_test(result)

    def _send(self, value: Any, sender: Any, receiver: Any) -> Any:
        frame = sender.pack({"value": value})
        self.sent_bytes = len(frame)
        head_bytes = wire.HEADER.unpack(frame[:8])[0]
        return receiver.unpack(bytearray(frame[8:][:head_bytes]), bytearray(frame[8 + head_bytes :]))["value"]
