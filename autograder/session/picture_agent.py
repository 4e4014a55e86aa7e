"""What answers the grader from inside a process that turns a student's file into pictures.

A PDF and a PNG are data to read, but their readers are large and have had holes: they run only here, behind the same
confinement as student code, one process for each file. What leaves are plain pixels.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import agent
import numpy as np
import png_picture
import pypdfium2
from PIL import Image, ImageOps

LONGEST_SIDE = 1600  # pixels; of an A4 page 137 dots an inch, where small handwriting can still be read
LARGEST_SCALE = 3.0  # a page of the size of a stamp is not blown up to a poster


def load_libraries() -> Any:
    """Load what each process would load later; return a placeholder for a shell: no cell is ever run here."""
    np.random.default_rng()
    Image.init()
    pypdfium2.PdfDocument.new().close()
    return SimpleNamespace(user_ns={})


class Agent(agent.Agent):
    """Serves one picture process: opens one file, draws it."""

    def do_open_pdf(self, data: Any) -> int:
        """Open a PDF, given as an array of bytes; return how many pages it has. Its scripts are never started."""
        self._pdf = pypdfium2.PdfDocument(data.tobytes())
        return len(self._pdf)

    def do_draw_page(self, number: int) -> Any:
        """Draw one page, the first is 0; return (height, width, 3) uint8. Notes and ink drawn onto it are included."""
        page = self._pdf[number]
        longest = max(page.get_size())
        if not (math.isfinite(longest) and longest > 0):
            raise ValueError("the page has no size")
        scale = min(LONGEST_SIDE / longest, LARGEST_SCALE)
        return np.array(page.render(scale=scale, rev_byteorder=True, maybe_alpha=False).to_numpy())

    def do_draw_photo(self, data: Any) -> Any:
        """Decode a PNG or JPEG, given as an array of bytes, upright and on white; return (height, width, 3) uint8."""
        picture = png_picture.read(data.tobytes(), formats=("PNG", "JPEG"))
        drawn = png_picture.on_white(ImageOps.exif_transpose(picture))
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return np.asarray(drawn)

    def do_draw_png(self, data: Any, grey: bool) -> Any:
        """Decode a PNG, given as an array of bytes, onto white; return (height, width, 3) uint8, at most so large.

        A grey one is (height, width).
        """
        picture = png_picture.on_white(png_picture.read(data.tobytes()))
        drawn = picture.convert("L") if grey else picture
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return np.asarray(drawn)
