"""What logins, e-mail addresses and names of people stand for, however a system writes them."""

import re

from ..handin.names import safe_id, same_letters

Words = tuple[str, ...]  # of a name, in no order


def id_of(login: str) -> str:
    """Return the student id that a login stands for: its name in lower case, also where a system adds a domain."""
    name = login.strip().partition("@")[0].lower()
    return safe_id(name) if name else ""


def words_of(name: str) -> Words:
    """Return the words of a name in a form in which `Doe, Ann-Marie` and `AnnMarie Doe` are the same."""
    return tuple(sorted(filter(None, map(same_letters, re.split(r"[\s,_]+", name)))))
