"""A dictionary of names that asks for what is not in it: all methods of `dict` by the few that do the work.

Those of `dict` itself see only what is stored in it.
"""

import weakref
from collections.abc import Iterator
from typing import Any


class AskingDict(dict[str, Any]):
    """What derives from it says how a missing name is found, which names there are, and how one is deleted."""

    def __init__(self, *args: Any, **own: Any) -> None:
        super().__init__(*args, **own)
        self._copies: list[weakref.ref[NamesCopy]] = []

    def keys(self) -> Any:
        """Return all names."""
        raise NotImplementedError

    def stored(self) -> list[str]:
        """Return the names that are stored here."""
        stored: dict[str, Any] = dict(dict.items(self))
        return [name for name in stored if name.isidentifier()]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a name, or something else when there is none."""
        try:
            return self[name]
        except KeyError:
            return default

    def values(self) -> Any:
        """Return the values of all names."""
        return [self[name] for name in self.keys()]

    def items(self) -> Any:
        """Return all names with their values."""
        return [(name, self[name]) for name in self.keys()]

    def pop(self, name: str, *default: Any) -> Any:
        """Delete a name and return its value, or something else when there is none."""
        if name not in self and default:
            return default[0]
        value = self[name]
        del self[name]
        return value

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Return the value of a name, which is bound if it was not."""
        if name not in self:
            self[name] = default
        return self[name]

    def update(self, *others: Any, **more: Any) -> None:
        """Bind names."""
        for other in others:
            if isinstance(other, NamesCopy):
                other.put_back()
            else:
                self.update(**dict(other))
        for name, value in more.items():
            self[name] = value

    def copy(self) -> "NamesCopy":
        """Return a copy of the names that are stored; any other is looked up as here."""
        copy = NamesCopy(self)
        self._copies = [*(each for each in self._copies if each() is not None), weakref.ref(copy)]
        return copy

    def before_change(self, name: str) -> None:
        """Let copies take the value that a name has before it gets another one."""
        for reference in self._copies:
            if (copy := reference()) is not None:
                copy.keep(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())


class NamesCopy(dict[str, Any]):
    """Names as they were: `doctest` runs its examples in them, and `patch.dict` puts them back at its end."""

    def __init__(self, names: AskingDict) -> None:
        super().__init__(dict.items(names))
        self._names = names

    def __missing__(self, name: str) -> Any:
        """Return what the name is now."""
        return self._names[name]

    def keep(self, name: str) -> None:
        """Take the value that a name has now."""
        if not dict.__contains__(self, name) and name in self._names:
            self[name] = self._names[name]

    def put_back(self) -> None:
        """Bind the names as they were."""
        for name, value in dict.items(self):
            if dict.get(self._names, name) is not value:
                self._names[name] = value
