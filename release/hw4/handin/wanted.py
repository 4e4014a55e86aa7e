"""As much of a homework and of a file as it takes to tell which file is which."""

# ruff: noqa: D102  # the names of a protocol say it

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class DeclaredFile(Protocol):
    """A file that is handed in beside notebooks and sheets."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def required(self) -> bool: ...


class Wanted(Protocol):
    """As much of a homework as names what is asked for."""

    @property
    def name(self) -> str: ...

    @property
    def kit(self) -> str: ...

    @property
    def student_id(self) -> str: ...

    @property
    def notebooks(self) -> Iterable[str]: ...

    @property
    def sheets(self) -> Iterable[str]: ...

    @property
    def files(self) -> Iterable[DeclaredFile]: ...


class HandedIn(Protocol):
    """One file of a zip or folder."""

    @property
    def name(self) -> str: ...

    @property
    def folders(self) -> tuple[str, ...]: ...

    @property
    def path(self) -> str: ...

    @property
    def modified(self) -> float: ...

    def read(self, max_bytes: int) -> bytes: ...
