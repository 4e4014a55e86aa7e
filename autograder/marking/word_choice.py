"""The tokens of an answer as one key that is the same for all choices of words which cannot change a mark.

Only words from the lists below are left out or exchanged, and they carry no meaning of their own: articles, fillers,
pairs such as "because" and "since", "hence" and "thus", one way to write a word instead of another. Everything else
stays in its order: whatever is not listed here keeps two answers apart.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from .plain_tokens import HYPHEN, SENTENCE_END, is_word

_LEFT_OUT = {*"a an the also that actually respectively".split()}  # not "essentially": it makes zero a little more
_ARTICLES = ("a", "the")
_WITH_ARTICLE = {*"few little lot number most least more less".split()}
_SAME = {
    "since": "because", "hence": "so", "thus": "so", "therefore": "so", "whilst": "while", "whereas": "while",
    "each": "every", "big": "large", "bigger": "larger", "amongst": "among", "towards": "toward",
    "are": "is", "were": "was", "have": "has", "does": "do", "versus": "vs", "upon": "on", "pictures": "images",
    "picture": "image", "maths": "mathematics", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "shows": "show",
    "centre": "center", "centred": "centered", "centres": "centers", "teh": "the", "adn": "and", "taht": "that",
    "wich": "which", "tha": "the", "fo": "of",
}  # fmt: skip
_BRITISH = re.compile(r"(?<=[a-z]{3})(?:is(?=(?:e|ed|es|er|ing|ation|ations)$)|our(?=(?:s|ed|ing|al|ful|hood)?$))")
_AMERICAN = {"is": "iz", "our": "or"}
_OFTEN_DOUBLED = {*"the of to in and it for with on from by is as we".split()}  # by a slip; "log log" is none
_FEWEST_ASKED = 4  # tokens of a sentence of the question, from which it is known as such in an answer

# Texts that say only that there is no answer: they earn nothing, and are one group whatever their words are.
_KNOWS = r"(?:know|understand|remember|get|have|understood)"
_NO_ANSWER = re.compile(
    rf"(?:sorry )?(?:(?:i )?(?:honestly )?(?:do|did|could) not {_KNOWS}"
    r"(?: (?:this|it|how|what|why|to|do|answer|question|1|any|time|enough|finish|write|say|idea|sorry))*"
    r"|idk|(?:i has )?no (?:idea|clue|answer|time)(?: sorry| how| what)*|n / a|na|todo|tbd|(?:i am )?not sure"
    r"|(?:i )?(?:skip|skipped|pass)(?: this| it| question| 1)*|ran out of time|no answer given|\?+)(?: sorry)?",
    re.IGNORECASE,
)


def key(found: Sequence[str], question: Collection[str], corrected: Mapping[str, str]) -> str:
    """Return the key of an answer: two answers with one key mean the same.

    Args:
        found: Its tokens, see `plain_tokens`.
        question: Keys of the sentences of the question (see `sentences`): who repeats them says nothing.
        corrected: What misspelt words should be.
    """
    own = [words for words in sentences(found, corrected) if words.removeprefix("> ") not in question]
    said = f" {SENTENCE_END} ".join(own)
    if _NO_ANSWER.fullmatch(said):
        return "?"
    return _joined(said.split(" "))


def sentences(found: Sequence[str], corrected: Mapping[str, str] = {}) -> list[str]:
    """Return the words of each sentence that count, with blanks between them."""
    parts: list[list[str]] = [[]]
    for token in _chosen(found, corrected):
        if token == SENTENCE_END:
            parts.append([])
        else:
            parts[-1].append(token)
    return [" ".join(part) for part in parts if part]


def of_question(found: Sequence[str]) -> frozenset[str]:
    """Return the sentences of a question that are recognised in an answer."""
    return frozenset(words for words in sentences(found) if words.count(" ") + 1 >= _FEWEST_ASKED)


def _chosen(found: Sequence[str], corrected: Mapping[str, str]) -> Iterator[str]:
    """Yield one token for all that mean the same, and none for those that mean nothing."""
    before = ""
    for token, following in zip_longest(found, found[1:], fillvalue=""):
        if token in _ARTICLES and (following in _WITH_ARTICLE or (token == "a" and not is_word(following))):
            yield token  # "a few" are some, "few" are not many; and an "a" may be a letter of mathematics
            before = token
        elif is_word(token):
            word = corrected.get(token, token)
            word = _american(_SAME.get(word, word))
            if word not in _LEFT_OUT and not (word == before and word in _OFTEN_DOUBLED):
                yield word
                before = word
        elif token not in _LEFT_OUT and token != HYPHEN:
            yield token
            before = token


def _american(word: str) -> str:
    return _BRITISH.sub(lambda part: _AMERICAN[part[0]], word) if len(word) > 5 else word


def _joined(words: Sequence[str]) -> str:
    """Return the words as one string: "sub space", "sub-space" and "subspace" are one."""
    parts: list[str] = []
    was_word = False
    for word in words:
        if parts and not (was_word and is_word(word)):
            parts.append(" ")
        parts.append(word)
        was_word = is_word(word)
    return "".join(parts)
