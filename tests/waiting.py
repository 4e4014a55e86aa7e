"""Waiting with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_S = 300  # a busy machine; what is waited for takes seconds


def wait_until(condition: Callable[[], object]) -> None:
    """Return when it is true; fail when it is not within the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)
