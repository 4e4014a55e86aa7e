"""The stop button of a notebook during training: the step at hand is finished first."""

import signal
import threading
from types import TracebackType
from typing import Any


class StopButton:
    """While inside, the first stop sets `pressed`, and the second raises KeyboardInterrupt as usual.

    A KeyboardInterrupt may come between two lines that belong together, such as the updates of two matrices. A flag
    that is looked at between two steps leaves every step whole. The second stop is for a step that never ends.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._before: Any = None

    def __enter__(self) -> "StopButton":
        """Watch the button, if this is the thread that gets to know of it."""
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the button as it was."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _press(self, *_: Any) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
