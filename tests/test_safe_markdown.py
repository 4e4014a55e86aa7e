"""What a student writes stays readable and becomes harmless, whichever parser reads it."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from autograder.formats.safe_markdown import INVISIBLE, harmless

TAGS = "p strong em code pre ul ol li table thead tbody tr th td blockquote br hr del a div span dl dt dd input"
ATTRIBUTES = "href class start style type disabled checked"
ACTIVE_TEX = re.compile(r"\\(?:href|class|cssId|style|require|bbox|mmlToken|html)")

PIECES = (
    "< > </ <!-- --> <? <![CDATA[ <img/src=x/onerror=alert(1)> <script>alert(1)</script> <javascript:alert(1)> "
    "[ ]( ][ ]: ] ![ [x] [x]:javascript:alert(1) (javascript:alert(1)) (attachment:a.png) https://x.org/a "
    r"$ $$ \ \( \) \[ \] \\( \\) \\[ \\] \begin{a} \end{a} \href{javascript:alert(1)}{x} href <https://x.org> "
    "& &# &lt; &lt &#92; &#x5c &bsol; &#60; &Tab; ` `` ``` ~~~ mermaid ```mermaid # === --- > - 1. * ** _ | |---| : a "
    "2 \u2424 \u2028 \x0b \x85"
)


def active_parts(markdown):
    """Return what nbconvert, which shows the cells in formgrader and feedback, makes of it beyond harmless markup."""
    tree = BeautifulSoup(markdown2html_mistune(markdown), "html.parser")
    parts = [
        str(tag)
        for tag in tree.find_all(True)
        if tag.name not in TAGS.split() or set(tag.attrs) - {*ATTRIBUTES.split()}
    ]
    parts += [tag["href"] for tag in tree.find_all(href=True) if not re.match("https?://", tag["href"])]
    parts += [tag["style"] for tag in tree.find_all(style=True) if not re.fullmatch(r"text-align:\s*\w+", tag["style"])]
    parts += [str(tag) for tag in tree.find_all(class_="mermaid")]
    shown = [text for text in tree.find_all(string=True) if not text.find_parent(["code", "pre"])]
    return parts + [text for text in shown if ACTIVE_TEX.search(text)]


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.sampled_from([*PIECES.split(" "), " ", "\n", "\n\n", "    "]), max_size=25).map("".join))
@example(r"[2\](javascript:alert(1)) \\[2\\](javascript:alert(1))")
@example("~~~\u00a0mermaid\n<img src=x onerror=alert(1)>")
@example("`$` &#92;href{javascript:alert(1)}{x} $")
@example("text\n=-=")
def test_no_text_becomes_active(text):
    """After the cleaning nothing runs, fetches, links to a script or carries an id, however the pieces are put."""
    assert active_parts(harmless(text)) == []
    assert not re.search(r"<[A-Za-z/!?]|\][(\[:]", harmless(text))


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=100))
def test_cleaning_keeps_every_word(text):
    """Only markup changes: the letters and digits of the text are all still there, in order."""
    words = re.findall(r"[^\W_]+", text)
    cleaned = harmless(text).replace(INVISIBLE, "")
    position = 0
    for word in words:
        position = cleaned.index(word, position) + len(word)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)>"),
        ("[me](javascript:alert(1))", "[me] (javascript:alert(1))"),
        ("![me](https://x.org/pixel.png)", "![me] (https://x.org/pixel.png)"),
        ("![me](attachment:me.png)", "![me] (attachment:me.png)"),
        ("![me][it]\n\n[it]: https://x.org/pixel.png", "![me] [it]\n\n[it] : https://x.org/pixel.png"),
        (r"$\href{javascript:alert(1)}{x}$", r"$\ href{javascript:alert(1)}{x}$"),
        ("<https://arxiv.org/abs/1703.00410>", "https://arxiv.org/abs/1703.00410"),
        ("## Step 1 ##\ntext", "**Step 1**\n\ntext"),
        ("```mermaid\n<b>\n```", f"```text mermaid\n<{INVISIBLE}b>\n```"),
    ],
)
def test_hostile_markup_is_shown_as_text(text, shown):
    """A person still reads what the student wrote, the payload included."""
    assert harmless(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        r"The gradient is $(\hat y_w - y_w)\,v_c$, for $0 < x$ and $x < 1$.",
        "$$\\sum_{k=1}^K \\sigma(u_k^\\top v_c)\\,u_k \\\\ a & b$$",
        "- one\n- two\n\n1. *three*\n2. **four** & `code`\n\n> quoted",
        "| a | b |\n|---|:-:|\n| 1 | 2 |",
        "```python\nif a < b and c > d:\n    x[0] = f(a) & b\n```",
        "\\begin{align} a &= b \\\\ c &= d \\end{align}",
        "it costs 5 < 6 > 4, see https://arxiv.org/abs/1608.04644, α ≤ β",
    ],
)
def test_ordinary_markdown_and_mathematics_stay_as_they_are(text):
    """Cleaning is invisible to a student who means no harm."""
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"so \(a<b\) holds", r"so $a\lt b$ holds"),
        (r"\[ x = \frac12 \]", r"$$ x = \frac12 $$"),
        (r"as in \[2\]", r"as in \[2\]"),
        ("$a<b$ and `a<b`", rf"$a\lt b$ and `a<{INVISIBLE}b`"),
    ],
)
def test_latex_brackets_and_comparisons_are_typeset_by_jupyter(text, shown):
    r"""Jupyter shows \(x\) as plain brackets, and a less-than sign before a letter would open a tag."""
    assert harmless(text) == shown


@pytest.mark.parametrize(
    "unit", ["$", "$$a", "\\(", "\\\\(", "\\[", "\\begin{a}", "`", "` ", "# ", "&#1", "<", "[", "```\n"]
)
def test_cleaning_takes_time_linear_in_the_text(unit):
    """A repeated opener is no way to stall the grader; with quadratic patterns this test would take many minutes."""
    assert len(harmless(unit * 60_000 + "x")) >= 60_000
