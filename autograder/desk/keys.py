"""The keys of the answer page: what the buttons, the list of keys and the script say of them."""

from collections.abc import Mapping
from typing import NamedTuple


class Key(NamedTuple):
    """One action: its name in the script, the key that people read, what browsers call that key, and what it does."""

    action: str
    shown: str
    pressed: tuple[str, ...]
    words: str
    button: str = ""  # what its button says, where it has one


KEYS = (
    Key("done", "Enter", ("Enter",), "save, and go to the next answer that waits"),
    Key("full", "t", ("t",), "tick every point", "All points"),
    Key("zero", "e", ("e",), "tick nothing: 0 points", "No points"),
    Key("like", "l", ("l",), "the same points and comment as the answer that you marked last"),
    Key("reply", "w", ("w",), "write the reply to a regrade request", "Reply"),
    Key("others", "i", ("i",), "of a regrade request: the same mark for all with the same answer", "All of them"),
    Key("comment", "c", ("c",), "comment; Escape leaves the box, Ctrl+Enter goes on", "Comment"),
    Key("adjustment", "a", ("a",), "adjustment, with a reason; of a regrade request about code: the points", "Adjust"),
    Key("flag", "f", ("f",), "flag the answer, to find it again", "Flag"),
    Key("undo", "u", ("u",), "undo your last decision", "Undo"),
    Key("following", "j", ("j", "ArrowRight"), "next answer, marked or not"),
    Key("previous", "k", ("k", "ArrowLeft"), "answer before"),
    Key("members", "g", ("g",), "answers of this group, and how they differ"),
    Key("take-out", "x", ("x",), "take the answer out of its group"),
    Key("model", "m", ("m",), "model answer", "Model answer"),
    Key("question", "q", ("q",), "the question in full"),
    Key("one", "p", ("p",), "of two marks that differ: take the first as it is", "First mark"),
    Key("other", "s", ("s",), "of two marks that differ: take the second as it is", "Second mark"),
    Key("zoom", "z", ("z",), "enlarge the picture; arrows show the next one", "Enlarge"),
    Key("history", "h", ("h",), "who decided what, and when", "History"),
    Key("names", "n", ("n",), "show or hide names"),
    Key("rubric", "r", ("r",), "change the rubric"),
    Key("overview", "o", ("o",), "all questions"),
    Key("keys", "?", ("?",), "this list"),
    Key("close", "Esc", ("Escape",), "close what is open"),
)
DIGITS = (("1", "…", "9"), "tick a point"), (("0",), "tick the tenth"), (("Shift", "1"), "tick the eleventh, and so on")
OF_TWO = ("one", "other")
IN_FOOTER = ("full", "zero", "comment", "adjustment", "flag", "undo", "model", "history")


def by_pressed() -> Mapping[str, str]:
    """Return the name of the action by what browsers call its key."""
    return {name: key.action for key in KEYS for name in key.pressed}


def listed() -> list[tuple[tuple[str, ...], str]]:
    """Return all keys with what they do, in the order of the list that `?` opens."""
    return [*DIGITS, *(((key.shown,), key.words) for key in KEYS)]
