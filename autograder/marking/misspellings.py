"""Misspelt words of a class, and which word each of them should be.

Only what is no word at all is corrected, so that no real word is ever taken for another one ("now" for "not",
"atypical" for "typical"): a word that no English dictionary has and hardly anybody in the class uses, one slip away
from exactly one word that the class does use.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from .plain_tokens import is_word

SHORTEST, LONGEST = 5, 24  # letters of a word that is corrected: of shorter ones too many are alike
FEWEST_USERS = 3  # of a word that no dictionary has, to be one of the class's own ("logits")
TIMES_AS_USUAL = 4  # how much more often than the misspelt word the right one is used
MOST_OF_ONE = 12  # misspelt words of one answer; who writes more of them writes like nobody else
MOST = 4_000  # of a class: the comparison of so many with so many takes a second
_ENDINGS = ("s", "d", "r", "n", "y", "es")  # a word with one of them is another word: "logit", "logits"


def corrections(answers: Iterable[Collection[str]], question: Collection[str]) -> Mapping[str, str]:
    """Return what the misspelt words of a class should be.

    Args:
        answers: The words of each student's answer.
        question: The words of the question.
    """
    users: Counter[str] = Counter()
    odd: set[str] = set()
    for answer in answers:
        words = {word for word in answer if is_word(word)}
        users.update(words)
        unknown = sorted(word for word in words if SHORTEST <= len(word) <= LONGEST and not is_known(word))
        odd.update(unknown if len(unknown) <= MOST_OF_ONE else ())
    asked = {word for word in question if is_word(word)}
    odd = {*sorted(odd - asked, key=lambda word: (-users[word], word))[:MOST]}
    usual = asked | {word for word, count in users.items() if is_known(word) or count >= FEWEST_USERS}
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in sorted(usual, key=lambda word: (-users[word], word))[:MOST]:
        by_letter[word[0]].append(word)
    meant = {word: _meant(word, by_letter[word[0]], users) for word in sorted(odd)}
    return {word: right for word, right in meant.items() if right}


def _meant(word: str, usual: list[str], users: Mapping[str, int]) -> str:
    """Return the one word that may be meant, "" where there is none or more than one."""
    near = process.extract(word, usual, scorer=OSA.distance, score_cutoff=1, limit=None)
    found = [right for right, _, _ in near if right != word]
    if len(found) != 1 or _is_inflected(word, found[0]):
        return ""
    return found[0] if is_known(found[0]) or users[found[0]] >= TIMES_AS_USUAL * users[word] else ""


def _is_inflected(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :] in _ENDINGS


def is_known(word: str) -> bool:
    """Whether an English dictionary has the word."""
    return word in _dictionary()


@cache
def _dictionary() -> frozenset[str]:
    return frozenset(SpellChecker(language="en").word_frequency.words())  # 160,000 words; 0.4 s
