"""The bullets of a mark scheme as they are nested, and what each of them says, before anything is checked."""

import re
import textwrap
from dataclasses import dataclass, field

from ..model.rubric import Kind

_BULLET = re.compile(r"(?P<indent> *)(?:[-*+]|[0-9]{1,2}[.)]) +(?P<text>.*)|(?P<empty> *)[-*+]")
_FENCE = re.compile(r"`{3,}(?![^`]*`)|~{3,}|\$\$(?=\s*$)")
_NUMBER = r"(?P<sign>[-−–]|minus |deduct )?(?P<cap>at most )?\+?(?P<points>[0-9]{1,4}(?:\.[0-9]{1,2})?)"
_POINTS = re.compile(_NUMBER + r"( ?(?:points?|pts?\.?))?:?", re.IGNORECASE)
_BOLD_HEAD = re.compile(r"(?P<mark>\*\*|__) *(?P<points>[^*_\n]*?) *(?P=mark):? *(?P<text>.*)", re.DOTALL)
_PLAIN_HEAD = re.compile(r"(?P<points>[^:\n]{1,20} points?): +(?P<text>.*)", re.DOTALL | re.IGNORECASE)
_VERDICT = re.compile(r"(?:\*\*|__|\b)?(?P<word>Accept|Refuse)\b:?(?:\*\*|__)?:? *")
_VERDICT_INSIDE = re.compile(r" (?=(?:\*\*|__)?(?:Accept|Refuse)(?:\*\*|__)?:)")
# A semicolon parts two entries, unless it stands in mathematics, code, quotation marks or brackets.
_ENTRY_END = re.compile(r'\$\$?[^$]*\$\$?|`[^`]*`|"[^"]*"|“[^”]*”|\((?:[^()]|\([^()]*\))*\)|(?P<end>;)')


@dataclass
class Block:
    """A bullet with what is nested in it, or a paragraph at the margin."""

    line: int
    indent: int
    lines: list[str]
    is_bullet: bool = False
    nested: list["Block"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own lines, without the indentation."""
        return textwrap.dedent("\n".join(self.lines)).strip()

    @property
    def verdict(self) -> str:
        """Accept or Refuse, if that is what the block says; else nothing."""
        match = _VERDICT.match(self.text)
        return match["word"].lower() if match else ""


def blocks(markdown: str, first_line: int) -> list[Block]:
    """Return the bullets and paragraphs at the margin, in order."""
    found: list[Block] = []
    path: list[Block] = []  # the bullet that the next line may belong to, and those around it
    fence, after_blank = "", False
    for number, raw in enumerate(markdown.split("\n"), start=first_line):
        line = raw.expandtabs(4).rstrip()
        indent = len(line) - len(line.lstrip())
        bullet = None if fence else _BULLET.fullmatch(line)
        opens = _FENCE.match(line.strip())
        if not line or fence:
            (path or found or [Block(0, 0, [])])[-1].lines.append(line)
        elif bullet:
            while path and (not path[-1].is_bullet or indent < path[-1].indent + 2):
                path.pop()
            block = Block(number, indent, [" " * indent + (bullet["text"] or "")], is_bullet=True)
            (path[-1].nested if path else found).append(block)
            path.append(block)
        else:
            path = _holders(path, indent, line, after_blank)
            if not path:
                path = [Block(number, indent, [])]
                found.append(path[0])
            path[-1].lines.append(line)
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif opens:
            fence = opens[0]
        after_blank = not line
    return found


def _holders(path: list[Block], indent: int, line: str, after_blank: bool) -> list[Block]:
    """Return the bullet that a line of text belongs to, with those around it; nothing for a new paragraph."""
    if names_points(line.strip()):  # a bullet that lost its mark: it is refused as a paragraph
        return []
    goes_on = not after_blank and not _VERDICT.match(line.strip())
    if path and goes_on and (not path[-1].is_bullet or indent <= path[0].indent):
        return path
    return [block for block in path if block.is_bullet and block.indent < indent]


def names_points(line: str) -> bool:
    """Whether a line begins with points in bold, as only a bullet may."""
    head = _BOLD_HEAD.match(line)
    return bool(head and _POINTS.fullmatch(head["points"]))


def said_points(text: str) -> tuple[Kind, float, str] | None:
    """Return kind, points and the rest of the text of a bullet; None if it begins otherwise."""
    head = _BOLD_HEAD.match(text) or _PLAIN_HEAD.match(text)
    said = _POINTS.fullmatch(head["points"]) if head else None
    if head is None or said is None or (said["sign"] and said["cap"]):
        return None
    kind = Kind.DEDUCTION if said["sign"] else Kind.CAP if said["cap"] else Kind.POINTS
    return kind, float(said["points"]), head["text"]


def sorted_lines(block: Block) -> tuple[str, list[tuple[str, str]]]:
    """Return the text of a bullet, and (accept or refuse, entry) of what is said in its own lines."""
    first, *rest = block.lines
    text = "\n".join([first.strip(), textwrap.dedent("\n".join(rest))]).strip()
    own: list[str] = []
    verdicts: list[tuple[str, list[str]]] = []
    for line in _VERDICT_INSIDE.sub("\n", text).split("\n"):
        if match := _VERDICT.match(line.strip()):
            verdicts.append((match["word"].lower(), [line.strip()[match.end() :]]))
        else:
            (verdicts[-1][1] if verdicts else own).append(line)
    found = [(word, entry) for word, lines in verdicts for entry in _split_entries(" ".join(lines))]
    return "\n".join(own).strip(), found


def entries(block: Block) -> list[str]:
    """Return what a bullet with Accept or Refuse lists, on its line or in bullets of its own."""
    text = " ".join(block.text.split())
    match = _VERDICT.match(text)
    own = _split_entries(text[match.end() if match else 0 :])
    return [*own, *(entry for nested in block.nested for entry in entries(nested))]


def _split_entries(text: str) -> list[str]:
    ends = [match.start() for match in _ENTRY_END.finditer(text) if match["end"]]
    pieces = [text[start + 1 : end] for start, end in zip([-1, *ends], [*ends, len(text)], strict=True)]
    return [entry for piece in pieces if (entry := re.sub(r"(?<!\.)\.$", "", " ".join(piece.split())))]
