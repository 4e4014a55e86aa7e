"""What two answers of one group differ in, word by word, as HTML."""

import re

from markupsafe import Markup, escape
from rapidfuzz.distance import LCSseq

from ..formats.strict_markdown import plain_html
from ..formats.visible_text import visible

MOST_TOKENS = 8_000  # words, signs and blanks of one text that are compared, in 0.1 s; an answer of 180 words has 400
_TOKEN = re.compile(r"\s+|\w{1,100}|[^\w\s]")


def difference_html(first: str, other: str) -> Markup:
    """Return the second text, with what only it has as <ins>, and what only the first one has as <del>.

    Blanks and line ends differ from nobody's. Never raises; texts that are too long stand one below the other.
    """
    first, other = visible(first), visible(other)
    before, after = _TOKEN.findall(first), _TOKEN.findall(other)
    if max(len(before), len(after)) > MOST_TOKENS:
        return plain_html(other) + plain_html(first)
    parts: list[str] = []
    for step in LCSseq.opcodes(_compared(before), _compared(after)):
        removed, shown = before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]
        if step.tag == "equal":
            parts.append(str(escape("".join(shown))))
            continue
        parts += [_marked("del", removed), _marked("ins", shown)]
    return Markup(f'<div class="written"><pre class="plain">{"".join(parts)}</pre></div>')


def _compared(tokens: list[str]) -> list[str]:
    return [" " if token.isspace() else token for token in tokens]


def _marked(tag: str, tokens: list[str]) -> str:
    text = "".join(tokens)
    return f"<{tag}>{escape(text)}</{tag}>" if text.strip() else str(escape(text)) if tag == "ins" else ""
