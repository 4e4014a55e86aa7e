"""Cut the text of a formula, plain or LaTeX, into tokens; what only changes the looks is dropped here."""

import re
import unicodedata
from dataclasses import dataclass

from .tree import Undecidable

LONGEST = 4_000  # characters; the longest right formula in our tests, in LaTeX, has 220
MOST_TOKENS = 800  # the longest has 63

_TOKEN = re.compile(
    r"""(?P<newline>\r\n|\n|\r)
    | (?P<blank>\s+|^>|[$`~\u200b\ufeff]|[\#%][^\r\n]*
          |(?:np|numpy|math|special|scipy\.special|torch|tf\.math|tf\.nn|tf)\.
          |\\(?:tag|label|hspace|vspace|phantom|hphantom)\*?\s*\{[^{}]{0,100}\})
    | (?P<environment>\\(?:begin|end)\s*\{[A-Za-z]{1,20}\*?\}(?:\{[lcr|@\s]{1,20}\})?)
    | (?P<row>\\\\(?:\[[-0-9.]{1,8}[a-z]{0,2}\])?|\\newline\b)
    | (?P<command>\\[A-Za-z]+)
    | (?P<escaped>\\.)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)
    | (?P<word>[A-Za-z]+)
    | (?P<op>\*\*|!=|==|<=|<>|:=|->|=>|\.\.\.|\.\.|[-+*/^_=()\[\]{}<>|,.:;&@!'])
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_LONGEST_NUMBER = 12  # digits and all; what students need are 0, 1 and 2

_LOOKS = set(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm middle quad qquad displaystyle "
    "textstyle scriptstyle limits nolimits nonumber notag thinspace allowbreak mathstrut strut therefore mathopen "
    "mathclose mathrel mathbin ensuremath".split()
)
# Commands that only change the letters in their argument, which may be in braces or not.
_STYLES = set(
    "mathbf boldsymbol bm vec mathrm mathit mathsf mathtt mathcal mathbb mathds text textbf textit textrm textsf mbox "
    "operatorname pmb overrightarrow mathop bf rm it sf cal bold".split()
)
# Commands around a whole expression: its braces keep it together, and below or above them there may be a label.
_FRAMED = {"boxed", "fbox", "underbrace", "overbrace", "underline", "overline"}
_LABEL = re.compile(r"\s*[_^]\s*\{[^{}]{0,100}(?:\{[^{}]{0,100}\}[^{}]{0,100})?\}")
_SWITCHES = {"bf", "rm", "it", "sf", "cal"}  # {\bf u}: the braces go with the command
GREEK = "alpha beta gamma epsilon varepsilon eta theta lambda mu pi rho tau phi psi omega".split()  # for shorthands
_COMMANDS = {
    "Sigma": "sum", "ln": "log", "widehat": "hat", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "cdot": "·",
    "times": "*", "ast": "*", "top": "T", "intercal": "T", "ne": "!=", "neq": "!=", "mid": "|", "vert": "|",
    "lvert": "|", "rvert": "|", "langle": "<", "rangle": ">", "dots": "...", "ldots": "...", "cdots": "...",
    "lbrace": "\\{", "rbrace": "\\}", "colon": ":", "Pr": "p", "to": "->", "Rightarrow": "=>", "lbrack": "[",
    "rbrack": "]", "lparen": "(", "rparen": ")", "implies": "=>", "Longrightarrow": "=>", "prime": "'", "le": "<=",
    "leq": "<=", "leqslant": "<=", "otimes": "⊗", "bullet": "·", "equiv": "=", "coloneqq": "=", "triangleq": "=",
    "sigmoid": "sigma", "ell": "L",
    **{name: name for name in "sigma exp log sum hat frac partial nabla forall delta in softmax".split()},
    **{name: name for name in GREEK},
}  # fmt: skip
_CHARACTERS = {
    "σ": ["sigma"], "Σ": ["sum"], "∑": ["sum"], "ŷ": ["yhat"], "⊤": ["^", "T"], "ᵀ": ["^", "T"], "⊺": ["^", "T"],
    "·": ["·"], "⋅": ["·"], "∙": ["·"], "×": ["*"], "∗": ["*"], "−": ["-"], "–": ["-"], "÷": ["/"], "≠": ["!="],
    "∈": ["in"], "∂": ["partial"], "∇": ["nabla"], "∣": ["|"], "⟨": ["<"], "⟩": [">"], "〈": ["<"], "〉": [">"],
    "∀": ["forall"], "′": ["'"], "’": ["'"], "≤": ["<="], "⊗": ["⊗"], "•": ["·"], "⟹": ["=>"], "∴": [], "≡": ["="],
    "α": ["alpha"], "β": ["beta"], "γ": ["gamma"], "ε": ["epsilon"], "η": ["eta"], "θ": ["theta"], "λ": ["lambda"],
    "μ": ["mu"], "π": ["pi"], "ρ": ["rho"], "τ": ["tau"], "φ": ["phi"], "ψ": ["psi"], "ω": ["omega"], "δ": ["delta"],
    "…": ["..."], "⋯": ["..."], "→": ["->"], "⇒": ["=>"], "ₒ": ["_", "o"], "ₖ": ["_", "k"], "ₓ": ["_", "x"],
    "ᵢ": ["_", "i"], "ⱼ": ["_", "j"],
}  # fmt: skip
_SAME = {
    "ln": "log", "==": "=", ":=": "=", "<>": "!=", "**": "^", "Sum": "sum",
    **dict.fromkeys("sigmoid Sigmoid logistic expit sig sigm".split(), "sigma"),
    **{word.capitalize(): word for word in "if for when where otherwise else let with".split()},
}  # fmt: skip
_CASES = {"cases", "dcases", "rcases", "array"}
_FRAMES = {"aligned", "align", "equation", "gather", "gathered", "split", "math", "displaymath", "multline"}
_OPEN, _CLOSE = {"(", "[", "{", "\\{"}, {")", "]", "}", "\\}"}
_CONTINUES = {"+", "-", "*", "/", "·", "@", "⊗", "=", "^", "_", ")", "]", "}", "\\}", "&", ":"}
_UNFINISHED = {"+", "-", "*", "/", "·", "@", "⊗", "=", "^", "_", ":", "sum"}


@dataclass(frozen=True)
class Token:
    """A word, number or sign: `text` as the grammar calls it, `raw` as it was typed, from offset `start`."""

    kind: str  # "number", "word", "op", "newline", "unknown" or "end"
    text: str
    start: int
    raw: str


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a formula, with one of kind "end" behind them. Raises Undecidable if it is too long.

    Line breaks are tokens where a new line can begin a new formula: not in brackets, not beside an operator.
    """
    if len(text) > LONGEST:
        raise Undecidable(f"it is longer than {LONGEST:,} characters")
    scanner = _Scanner(text)
    tokens = scanner.scan()
    kept: list[Token] = []
    for number, token in enumerate(tokens):
        if token.kind == "newline":
            following = next(later for later in tokens[number:] if later.kind != "newline")
            if not kept or kept[-1].kind == "newline" or kept[-1].text in _UNFINISHED or following.text in _CONTINUES:
                continue
        kept.append(token)
    return kept


class _Scanner:
    """Walks through the text once; knows which brackets are open and which of them are only for looks."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.tokens: list[Token] = []
        self.after_style = False
        self.framed = ""  # the command of _FRAMED whose brace comes next
        self.brackets: list[tuple[str, bool]] = []  # what opened, and whether it was kept
        self.in_cases = 0

    def scan(self) -> list[Token]:
        while self.at < len(self.text):
            match = _TOKEN.match(self.text, self.at)
            assert match is not None  # the last alternative takes any character
            kind, raw = str(match.lastgroup), match[0]
            if kind != "word":  # a word may be taken letter by letter
                self.at = match.end()
            getattr(self, f"_{kind}")(raw, match.start())
            if len(self.tokens) > MOST_TOKENS:
                raise Undecidable(f"it has more than {MOST_TOKENS} words and signs")
        self._emit("end", "", len(self.text), "")
        return self.tokens

    def _emit(self, kind: str, text: str, start: int, raw: str) -> None:
        self.after_style = False
        self.tokens.append(Token(kind, _SAME.get(text, text), start, raw))

    def _last(self) -> str:
        return self.tokens[-1].text if self.tokens else ""

    def _newline(self, raw: str, start: int) -> None:
        if not self.brackets and not self.in_cases:
            self._emit("newline", "\n", start, raw)

    def _blank(self, raw: str, start: int) -> None:
        pass

    def _environment(self, raw: str, start: int) -> None:
        name = raw[raw.index("{") + 1 : raw.index("}")].rstrip("*")
        begins = raw.startswith("\\begin")
        if name in _CASES:
            if begins and self._last() == "\\{":  # \left\{ \begin{array}...: the brace is not a bracket
                self.tokens.pop()
                self.brackets.pop()
            self.in_cases += 1 if begins else -1
            self._emit("op", "begin" if begins else "finish", start, raw)
        elif name not in _FRAMES:
            self._emit("unknown", raw, start, raw)

    def _row(self, raw: str, start: int) -> None:
        if self.in_cases > 0:
            self._emit("op", "\\\\", start, raw)
        else:
            self._newline(raw, start)

    def _command(self, raw: str, start: int) -> None:
        name = raw[1:]
        if name in _LOOKS:
            if name in ("left", "right") and self.text.startswith(".", self.at):
                self.at += 1
        elif name in _STYLES:
            if name in _SWITCHES and self.brackets and self._last() == "{":
                self.tokens.pop()
                self.brackets[-1] = ("{", False)
            self.after_style = True
        elif name in _FRAMED:
            self.framed = name
        elif name == "not" and self.text[self.at :].lstrip().startswith("="):
            self.at = self.text.index("=", self.at) + 1
            self._emit("op", "!=", start, raw)
        elif name in _COMMANDS:
            text = _COMMANDS[name]
            self._emit("word" if text.isalpha() else "op", text, start, raw)
        else:
            self._emit("unknown", raw, start, raw)

    def _escaped(self, raw: str, start: int) -> None:
        if raw in ("\\{", "\\}", "\\|"):
            self._op("|" if raw == "\\|" else raw, start)
        elif raw in ("\\_", "\\*", "\\^"):  # some editors escape these
            self._op(raw[1], start)
        elif raw[1] not in ",;:!()[] \n\r":  # spaces, and \( \) \[ \] around mathematics
            self._emit("unknown", raw, start, raw)

    def _number(self, raw: str, start: int) -> None:
        self._emit("number" if len(raw) <= _LONGEST_NUMBER else "unknown", raw, start, raw)

    def _word(self, raw: str, start: int) -> None:
        """Take a word; after _ and ^ one letter only, as in u_ov_c and u_o^Tv_c."""
        last = self._last()
        if (last == "_" and raw != "hat") or (last == "^" and raw != "top" and raw[0] in "Tt"):
            raw = raw[0]
        self.at = start + len(raw)
        self._emit("word", "T" if last == "^" and raw == "top" else raw, start, raw)

    def _op(self, raw: str, start: int) -> None:
        if raw == "&" and self.in_cases <= 0:  # aligns equations
            return
        if raw in _OPEN:
            framed, self.framed = self.framed, ""
            # A box around all there is may hold a left-hand side.
            kept = not (raw == "{" and (self.after_style or (framed and not self.tokens)))
            self.brackets.append((framed if framed.endswith("brace") else raw, kept))
            if not kept:
                self.after_style = False
                return
        elif raw in _CLOSE and self.brackets:
            opened, kept = self.brackets.pop()
            label = _LABEL.match(self.text, self.at) if opened.endswith("brace") else None
            self.at = label.end() if label else self.at
            if not kept:
                return
        self._emit("op", raw, start, raw)

    def _other(self, raw: str, start: int) -> None:
        if raw == "\u0302" and self._last() == "y":  # y with a combining circumflex
            self.tokens[-1] = Token("word", "yhat", self.tokens[-1].start, "ŷ")
            return
        if 0x1D400 <= ord(raw) <= 0x1D7FF:  # mathematical letters, pasted from a document
            raw = unicodedata.normalize("NFKC", raw)
        if raw.isascii():
            self._emit("number" if raw.isdigit() else "word", raw, start, raw)
            return
        texts = _CHARACTERS.get(raw, [])
        if texts[:1] == ["^"] and self._last() == "^":
            texts = texts[1:]
        for text in texts:
            self._emit("word" if text.isalpha() else "op", text, start, raw)
        if raw not in _CHARACTERS:
            self._emit("unknown", raw, start, raw)
