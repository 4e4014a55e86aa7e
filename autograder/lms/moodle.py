"""How Moodle names what *Download all submissions* gives: a folder for each sender, or flat files.

After mod/assign/classes/downloader.php, and mod/assign/locallib.php of older versions. `_` in a name becomes a space,
so that nothing before the first `_` is a student's choice. The number is the one of the grading worksheet
("Participant 123"), another for each assignment; of group work it is the number of the group, and in older versions
the name is `Group A-Ann Doe`. Times and a mark for late work are not in it.
"""

import re

from ..handin.names import same_letters
from .canvas_names import canvas_id_of
from .entries import Entry

SYSTEM = "Moodle"
MAX_ENTRY_CHARS = 512
_ENTRY = re.compile(
    r"(?P<name>[^_/\\]+)(?:_(?P<number>[0-9]{1,20}))?_assignsubmission_(?P<plugin>file|onlinetext)(?:_(?P<file>.*))?",
    re.DOTALL,
)
_TEXT = "onlinetext"
_HIDDEN = frozenset(  # what stands for all names where Moodle hides them, in the languages that have been looked up
    {"participant", "participante", "partecipante", "teilnehmer", "teilnehmerin", "deelnemer", "deltagare", "deltager"}
)


def entry_of(name: str) -> Entry | None:
    """Take the name of a file or folder of the download apart; None when it is not one."""
    match = _ENTRY.fullmatch(name) if len(name) <= MAX_ENTRY_CHARS else None
    if match is None:
        return None
    number = match["number"] or ""
    return Entry(
        entry=name, name=match["name"].strip(), user=f"moodle:{number or match['name']}", late=False, sequence=0,
        file=match["file"] or "", system=SYSTEM, own_id=canvas_id_of(match["name"], number or "0"),
        is_hidden=same_letters(match["name"]) in _HIDDEN, is_text=match["plugin"] == _TEXT,
    )  # fmt: skip
