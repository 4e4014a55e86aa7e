"""Read sets of words: V, all words of the vocabulary, and K, the samples, in the ways that they are written."""

from collections.abc import Iterable, Mapping

from .cursor import Cursor, is_letter
from .tokens import Token
from .tree import NotUnderstood

_SETS = {
    **dict.fromkeys(("V", "W", "vocab", "Vocab", "vocabulary"), "V"),  # W in Mikolov et al. 2013b
    **dict.fromkeys(("K", "samples", "negatives", "negs", "neg", "Neg", "NEG"), "K"),
}
_DOTS = ("..", "...", "to")
NUMBER_OF_SAMPLES = 10  # what the notebook draws; a sum up to 10 means all samples


class Ranges(Cursor):
    """Adds sets of words to what a cursor can read.

    Attributes:
        known: Index letters that have a meaning outside of sums.
        has_samples: Whether the question has samples, of which there are 10 in the notebook.
    """

    def __init__(self, tokens: list[Token], known: Iterable[str], ranges: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.known, self.ranges = set(known), ranges
        self.has_samples = "K" in ranges.values()

    def words(self) -> str:
        """Step over V, |V|, K, [K], [1, K], {1, ..., K} or range(K); return "V" or "K"."""
        if self.takes("range"):
            return self._closed("(")
        if self.sees("[", "\\{", "("):
            return self._closed(self.ahead().text)
        return self.last_word()[0]

    def _closed(self, opener: str) -> str:
        self.needs(opener)
        if self.takes("1"):
            self.dots()
        over, _ = self.last_word()
        self.needs({"[": "]", "\\{": "\\}", "(": ")"}[opener])
        return over

    def dots(self) -> None:
        """Step over what stands between the first and the last word: ", ...," or ".." or a comma."""
        if not (self.takes(",") | self.takes(*_DOTS)):
            self.fail("'...'")
        self.takes(",")

    def last_word(self) -> tuple[str, str]:
        """Step over K, |K|, 10 or K - 1, or the same with V; return the set and "-1" where that stands behind it."""
        if self.has_samples and self.sees(str(NUMBER_OF_SAMPLES), str(NUMBER_OF_SAMPLES - 1)):
            self.at += 1
            return "K", "" if self.ahead(-1).text == str(NUMBER_OF_SAMPLES) else "-1"
        bars = self.takes("|")
        if not self.sees(*_SETS):
            self.fail("V, all words, or K, the samples")
        over = _SETS[self.ahead().text]
        self.at += 1
        if bars:
            self.needs("|")
        if self.sees("-") and self.ahead(1).text == "1":
            self.at += 2
            return over, "-1"
        return over, ""

    def spans_all(self) -> bool:
        """Step over a letter and the words that it stands for: "k = 1, ..., K", "1 <= k <= K", "w in V", "K = 10"."""
        begins, start, over = self.begins_span(), self.ahead().start, ""
        if begins == "in":
            self.any_word()
            self.at += 1
            over = self.words()
        elif begins == "<=":
            self.at += 2
            self.any_word()
            self.needs("<=")
            over, _ = self.last_word()
        elif begins == "=":
            self.any_word()
            self.at += 2
            self.dots()
            over, _ = self.last_word()
        elif self.has_samples and [self.ahead(n).text for n in range(3)] == ["K", "=", str(NUMBER_OF_SAMPLES)]:
            self.at += 3
        else:
            return False
        if over and over != ("K" if self.has_samples else "V"):
            raise NotUnderstood(start, "the formula is for other words")
        return True

    def any_word(self) -> None:
        """Step over a letter that may stand for any word of the question: not o or c, which are certain ones."""
        own = self.known - {"o", "c"}
        if self.sees("o", "c") or (own and not self.sees(*own)):
            self.fail("the letter of the formula's own word")
        self.letter()

    def begins_span(self, ahead: int = 0) -> str:
        """Return the sign of a span that begins so many tokens ahead, "" if none does."""
        first, sign, second = (self.ahead(ahead + number) for number in range(3))
        if is_letter(first) and (sign.text == "in" or (sign.text == "=" and second.text == "1")):
            return sign.text
        return "<=" if first.text == "1" and sign.text == "<=" else ""
