"""The hidden checks: one file an item, each check a true sentence about right code.

They judge what a function does, never how it is written.
`reference` holds the right mathematics in float64, `expect` says what was seen when an answer is wrong.
"""

from __future__ import annotations

import pytest

from ....checking import close, mismatch
from ....session.wire import Handle, Stub, Tensor, tensor

__all__ = ["Handle", "Stub", "Tensor", "close", "item", "mismatch", "tensor"]


def item(item_id: str, *, weight: float = 1.0) -> pytest.MarkDecorator:
    """Mark a check with the item it belongs to and its share of that item's points."""
    return pytest.mark.item(item_id, weight=weight)
