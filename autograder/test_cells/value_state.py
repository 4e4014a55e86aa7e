"""What encoding and decoding of values share: their state on one side, for all messages."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import wire
from kept_values import KeptValues
from value_kinds import Kind
from value_limits import Counted

NANS = (math.nan, np.nan)  # `x is np.nan`, and lists compare their entries by identity first


class ValueState(wire.Codec):
    """The state of a codec.

    Args:
        by_type: The kinds of values that are known by their exact type.
        by_tag: The kinds of forms that are known.
    """

    counted = Counted

    def __init__(self, by_type: dict[type, Kind], by_tag: dict[str, Kind]) -> None:
        self._by_type, self._by_tag = by_type, by_tag
        self._changing = frozenset(kind.type for kind in by_type.values() if kind.is_mutable)
        self._depth = self._data_only = 0
        self.kept = KeptValues()
        self._stamp = 0  # counts messages
        self._is_fresh = False
        self._touched: list[Any] = []
        self._to_check: list[Any] = []

    @property
    def counts(self) -> Counted:
        """What the message holds so far."""
        return self._counted

    def forget(self) -> None:
        """Let the next message begin with nothing kept, on both sides. Nobody may wait for an answer then."""
        self._is_fresh = True

    @property
    def touched(self) -> list[Any]:
        """The values that can change and that the last received message held; not those inside of kept ones."""
        return self._touched

    def check(self, values: list[Any]) -> None:
        """Let the next message tell what has changed in these values, and in what they hold."""
        self._to_check = values
