"""The picture that a finished training of Part I leaves in a notebook: digits of MNIST, the generator's beside them.

The real ones take minutes to make; these are drawn with the letters of a font, other ones for each student.
"""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFont

SIDE, GAP, ROWS, TITLE = 28, 8, 10, 24  # pixels; a hundred digits in each panel
SPECKS = 12  # of stray ink beside a generated digit


def samples(student: str) -> bytes:
    """Return the picture as a PNG; the same for the same student."""
    rng = random.Random(student)
    panels = [_panel("MNIST", random.Random(0), specks=0), _panel("Your generator", rng, SPECKS)]
    picture = Image.new("L", (2 * panels[0].width, panels[0].height), 255)
    for place, panel in enumerate(panels):
        picture.paste(panel, (place * panel.width, 0))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def _panel(title: str, rng: random.Random, specks: int) -> Image.Image:
    cell = SIDE + GAP
    panel = Image.new("L", (ROWS * cell, ROWS * cell + TITLE), 255)
    ImageDraw.Draw(panel).text((0, 2), title, fill=0, font=ImageFont.load_default(15))
    fonts = [ImageFont.load_default(size) for size in (20, 24, 28)]
    for place in range(ROWS * ROWS):
        digit = Image.new("L", (SIDE, SIDE), 0)
        draw = ImageDraw.Draw(digit)
        draw.text((SIDE / 2, SIDE / 2), str(rng.randrange(10)), fill=255, font=rng.choice(fonts), anchor="mm")
        digit = digit.rotate(rng.uniform(-18, 18))
        for _ in range(specks):
            digit.putpixel((rng.randrange(SIDE), rng.randrange(SIDE)), rng.randrange(40, 200))
        ink = Image.new("L", digit.size, 0)
        panel.paste(ink, (place % ROWS * cell, TITLE + place // ROWS * cell), mask=digit)
    return panel
