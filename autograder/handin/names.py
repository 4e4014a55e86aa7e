"""What the names of files say: the student, the homework, and whether a program made the file."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_ID = 64  # characters of a student id; it is a folder name and stands in every table
VALID_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_ID - 1}}}")
MAX_NAME_CHARS = 128  # a longer name says nothing, and no pattern below is tried on it
GENERIC = re.compile(  # words that say nothing of who sent a file, whatever number they carry
    r"hw|homework|assignments?|submi(?:t|tted|ssions?)|attachments?|uploads?|files?|folder|archive|downloads?|desktop"
    r"|documents|solutions?|code|answers|release|untitled|te?mp|zip|notebooks?|project|final|copy|my|new"
    r"|old|backup|done|finished|completed?|solved|latest|last|working|draft|version|original|colab"
)
MAX_SHOWN_CHARS = 80
MAX_LISTED = 5  # names in one sentence
SEPARATORS = " \t\n_.-"  # between an id and the name of the homework
HOMEWORK = ("hw", "homework")  # two words for one thing
COPY_SUFFIX = re.compile(
    r"(?:[ _]?\(([0-9]{1,3})\)|-([0-9]{1,2})|[ _-]{0,3}(?:copy|kopie|copie|copia|kopia)[ _]?([0-9]{0,3}))$",
    re.IGNORECASE,
)
# What Google Drive puts before the name of a copy, in some of the languages of its users.
COPY_PREFIX = re.compile(
    r"^(?:copy of|kopie v[oa]n|copie de|copia d[ei]|c\u00f3pia de|kopia(?: av)?|kopi af) ",
    re.IGNORECASE,
)
ENDINGS = re.compile(r"(?:\.(?:zip|ipynb|json|md|markdown|txt|png|pdf|py|html))+$", re.IGNORECASE)
LITTER_FOLDERS = frozenset(["__macosx", ".ipynb_checkpoints", "__pycache__", ".git", ".vscode", ".idea", ".trashes"])
LITTER_FILES = frozenset([".ds_store", "thumbs.db", "desktop.ini", "icon\r", ".gitignore"])
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)  # and no format signs


def same_letters(name: str) -> str:
    """Return the letters and digits of a name, in the form in which two spellings of one name are the same."""
    return re.sub(r"[\W_]", "", one_form(name).casefold())


def one_form(name: str) -> str:
    """Return a name in the one form of the many that look the same: accents apart or not, wide letters, unseen signs.

    A Mac writes an accent as a sign of its own, which makes two names of `andré` for every program that compares them.
    """
    if name.isascii():
        return name
    return UNSEEN.sub("", "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf"))


def claimed_id(name: str, assignment_name: str, notebooks: tuple[str, ...] = ()) -> str | None:
    """Return the id in `<id>_<assignment>...` or `<id>_<notebook>...`, in lower case; None for any other name."""
    if len(name) > MAX_NAME_CHARS or len(name := one_form(name)) > MAX_NAME_CHARS:
        return None
    stem = COPY_PREFIX.sub("", stem_of(name))
    if {same_letters(stem), same_letters(split_copy(stem)[0])} & {*map(same_letters, notebooks)}:
        return None  # of a notebook `week_3_lists` of the homework `lists`, `week_3` is nobody's id
    for what in sorted((assignment_name, *notebooks), key=len, reverse=True):
        for match in _marker_behind_an_id(what).finditer(stem):
            if owner := stem[: match.start()].rstrip(SEPARATORS):
                return None if is_generic(owner, assignment_name) else safe_id(owner.lower())
    return None


@lru_cache(maxsize=64)
def _marker_behind_an_id(what: str) -> re.Pattern[str]:
    """Return the pattern of a name, of an assignment or a notebook, behind a separator.

    What stands before it is not part of the pattern: that took 0.4 ms for a name of 120 underscores.
    """
    return re.compile(rf"(?<=[\s_.-]){marker(what)}(?![0-9a-z])", re.IGNORECASE)


def is_handout_name(name: str, assignment_name: str) -> bool:
    """Whether a name is `<id>_LAB1.zip` and nothing more, but for the number of a copy."""
    stem = split_copy(stem_of(one_form(name)))[0]
    return claimed_id(name, assignment_name) is not None and bool(
        re.search(rf"{marker(assignment_name)}$", stem, re.IGNORECASE)
    )


def marker(name: str) -> str:
    """Return the pattern, in lower case, of a name as people spell it: for `lab1` also `lab 1` and `lab-1`."""
    return r"[\s_.-]?".join(re.findall(r"[^\W\d_]+|[0-9]+", name.lower()))


def is_generic(name: str, assignment_name: str) -> bool:
    """Whether a name does not say who sent it, as `Final submission (2).zip` or the name of the assignment."""
    own = set(_words(assignment_name))
    words = _words(stem_of(name))
    is_said = all(word in own or GENERIC.fullmatch(word) for word in words)
    return is_said and (bool(words) or not any(c.isalnum() for c in name))


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.lower())


def names_other_homework(name: str, assignment_name: str) -> bool:
    """Whether a name has the number of another homework, as `lab2_part1.ipynb` where `lab1` is asked for."""
    numbered = re.fullmatch(r"(.*[^\W\d_])[\W_]*0*([0-9]+)", assignment_name.lower())
    if numbered is None:
        return False
    words = "|".join(HOMEWORK) if numbered[1] in HOMEWORK else marker(numbered[1])
    found = re.findall(rf"(?:^|[\W_])(?:{words})[\W_]?0*([0-9]+)", name[:MAX_NAME_CHARS].lower())
    return bool(found) and numbered[2] not in found


def safe_id(name: str) -> str:
    """Return a student id that is safe as a folder name; a changed one ends in a digest, so that no two meet.

    Names that differ only in capitals or in their Unicode form are those of one student.
    """
    name = one_form(name)
    if VALID_ID.fullmatch(name):
        return name
    digest = hashlib.sha256(one_form(name.lower()).encode("utf-8", errors="surrogatepass")).hexdigest()[:8]
    return f"{ascii_form(name)[: MAX_ID - 9] or 'student'}-{digest}"


def ascii_form(name: str) -> str:
    """Return a name in the letters and signs that an id may have."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", errors="ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folded).strip("._-")


def stem_of(name: str) -> str:
    """Return a file name without its endings: `x.ipynb.txt` and `x.zip` are `x`."""
    return ENDINGS.sub("", name.strip())


def split_copy(stem: str) -> tuple[str, int]:
    """Split off what systems append to a second copy: `x (1)`, `x-2`, `x copy`; 0 for a first one."""
    original = COPY_PREFIX.sub("", stem)
    number = int(original != stem)
    for _ in range(2):  # `x-1 (2)`: Canvas appended the one, the browser the other
        if match := COPY_SUFFIX.search(original):
            number = max(number, *(int(digits) for digits in match.groups() if digits), 1)
            original = original[: match.start()]
    return original, number


def is_litter(folders: tuple[str, ...], name: str) -> bool:
    """Whether a system or an editor made the file, not its author."""
    lower = name.lower()
    return (
        lower in LITTER_FILES
        or lower.startswith(("._", "~$"))
        or lower.endswith((".pyc", ".tmp", ".swp", "~"))
        or any(folder.lower() in LITTER_FOLDERS for folder in folders)
    )


def shown(name: str) -> str:
    """Return a name as it may be printed anywhere: no control characters, no change of direction, not long."""
    end = name[-MAX_SHOWN_CHARS:]  # it tells most; a zip may give 65,535 characters, and a thousand such names
    text = "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else "?" for c in end)
    return f"'{text if len(name) <= MAX_SHOWN_CHARS else '...' + text}'"


def listed(names: Iterable[str], most: int = MAX_LISTED, *, quote: bool = False) -> str:
    """Return names as a text, cut to so many."""
    texts = [shown(name) if quote else name for name in names]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
