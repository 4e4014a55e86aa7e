"""What is wrong with something that was handed in: said as data, or raised where nothing else is left to say."""

from __future__ import annotations

from dataclasses import dataclass


class Unusable(Exception):
    """Something that was handed in cannot be used; the text is one sentence that its author can act on."""


@dataclass(frozen=True)
class Finding:
    """Something a person should know: `level` is "info", "warning" or "error"."""

    level: str
    text: str
