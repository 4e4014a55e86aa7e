"""How much of a student's notebook is shown to a person: whatever was handed in, formgrader opens it within seconds.

Nothing here moves a score. A note replaces what is left out; the whole is in submitted/.
"""

# Of one cell and of all that students added, in characters: formgrader colours code by Pygments, which takes 2 s for
# 20,000 of them, and more than a minute for a line of 100,000 dots. The cells of the homework have at most 2,500.
MAX_SOURCE, MAX_SOURCES, MAX_LINE = 20_000, 100_000, 1_000
MOST_ADDED = 300  # cells; the homework has about 80 in all
MAX_TEXT = 600_000  # characters of all outputs; a trained notebook has 50,000
MAX_PICTURE_POINTS = 16_000_000  # of one picture, 64 MB in a browser; the largest figure of the homework has 2 million
MAX_POINTS = 300_000_000  # of all pictures; a trained notebook has 40 million
CUT = "[... cut here ...]"


class Room:
    """What is still shown of one notebook."""

    def __init__(self) -> None:
        """Begin with room for everything that an honest notebook holds."""
        self._sources, self._added = MAX_SOURCES, MOST_ADDED
        self._text, self._points = MAX_TEXT, MAX_POINTS
        self._left_out = 0

    def takes_cell(self, source: str) -> bool:
        """Return whether one more cell that the student added is shown."""
        length = min(len(source), MAX_SOURCE)
        if self._added == 0 or self._sources < length:
            self._left_out += 1
            return False
        self._added -= 1
        self._sources -= length
        return True

    def takes_text(self, text: str) -> bool:
        """Return whether one more text of an output is shown."""
        self._text -= len(text)
        return self._text >= 0

    def takes_picture(self, points: int) -> bool:
        """Return whether one more picture of so many pixels is shown; none of unknown size."""
        if not 0 < points <= min(MAX_PICTURE_POINTS, self._points):
            return False
        self._points -= points
        return True

    @property
    def problem(self) -> str:
        """Which cells are not shown, in a sentence; empty when all are."""
        if not self._left_out:
            return ""
        cells = "1 cell is" if self._left_out == 1 else f"{self._left_out:,} cells are"
        return f"This notebook is too large to show: {cells} added by the student and left out here."


def cut(source: str, cell_type: str) -> str:
    """Return the source of a cell as far as it is shown; long lines only of code, where they take longest."""
    if len(source) > MAX_SOURCE:
        source = f"{source[:MAX_SOURCE]}\n# {CUT}"
    if cell_type != "code":
        return source
    lines = source.split("\n")
    return "\n".join(line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]} # {CUT}" for line in lines)
