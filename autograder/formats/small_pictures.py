"""Small pictures for a page that shows a whole class, each with what says whether two of them are alike.

They are made of plain pixels, which a confined process has sent (see `rendered_pictures`): no file of a student's is
read here.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

PLOT_SIDE = 400  # pixels of the longer side: the groups of words can be told apart, in 3 KB; enough for an outline
SAVED_SIDE = 220  # a hundred digits of 22 pixels, in 6.5 KB
MOST_BYTES = 10_000  # of one picture; noise, which no quality makes small, is shown at half the size
QUALITY = 20  # of WebP; the digits and groups are as clear as at 40, in two thirds of the bytes
METHOD = 2  # in a third of the time of 4, for 9% more bytes
OUTLINE = 40  # rows and columns; a word of the plot covers one to four of them
SPECK = 2  # pixels of ink in a row or column of these that are not yet the edge of the drawing
INK = 40  # difference to the background, of 255, from which a pixel is part of the drawing

# Correlation of two outlines. Measured on plots of the kit: trained under other seeds, with wrong gradients, or by
# right code that adds in another order 0.58 to 0.85; saved in another size, as a JPEG, with other margins 0.96 to 1.00.
ALIKE = 0.92


@dataclass(frozen=True)
class SmallPicture:
    """A picture as a page shows it, with the marks of the one that it was made from."""

    webp: str  # in base64
    width: int
    height: int
    digest: str  # of all pixels of the large one
    outline: str = ""  # of a plot, in base64, OUTLINE x OUTLINE bytes: how much ink is where, margins left out

    def to_json(self) -> str:
        """Return the stored form."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> SmallPicture:
        """Read the stored form. Raises ValueError or TypeError when the text is none."""
        return cls(**json.loads(text))


@dataclass(frozen=True)
class LikePictures:
    """Students with equal or nearly equal pictures, or one student with a picture unlike all others."""

    students: tuple[str, ...]
    identical: bool  # pixel by pixel


def plot(picture: Image.Image) -> SmallPicture:
    """Return a plot of words in small."""
    reduced = picture.reduce(max(1, max(picture.size) // PLOT_SIDE))
    outline = base64.b64encode(_outline(reduced)).decode()
    return _small(picture, reduced, PLOT_SIDE, outline)


def saved(picture: Image.Image, two_panels_from: float = 0.0) -> SmallPicture:
    """Return a grey picture out of a notebook in small; from this ratio of width to height on, only its right half."""
    width, height = picture.size
    has_two_panels = two_panels_from and width >= two_panels_from * height
    shown = picture.crop((width // 2, 0, width, height)) if has_two_panels else picture
    return _small(picture, shown.convert("L"), SAVED_SIDE)


def identical(pictures: Mapping[str, SmallPicture]) -> list[LikePictures]:
    """Return everybody's pictures, those that are the same pixel by pixel together, by the first student's name."""
    by_digest: dict[str, list[str]] = {}
    for student in sorted(pictures):
        by_digest.setdefault(pictures[student].digest, []).append(student)
    return [LikePictures(tuple(students), True) for students in by_digest.values()]


def groups(pictures: Mapping[str, SmallPicture]) -> list[LikePictures]:
    """Return everybody's pictures, those that are alike together; large groups first."""
    distinct = [list(same.students) for same in identical(pictures)]
    nearest = _first_alike([pictures[members[0]].outline for members in distinct])
    together: dict[int, list[int]] = {}
    for number, first in enumerate(nearest):
        together.setdefault(first, []).append(number)
    found = [
        LikePictures(tuple(sorted(student for number in numbers for student in distinct[number])), len(numbers) == 1)
        for numbers in together.values()
    ]
    return sorted(found, key=lambda group: (-len(group.students), group.students))


def _first_alike(outlines: Sequence[str]) -> list[int]:
    """Return for each outline the index of the first similar one; often its own."""
    rows = np.array([np.frombuffer(base64.b64decode(text), dtype=np.uint8) for text in outlines], dtype=np.float32)
    if not len(rows):
        return []
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    first: list[int] = []
    for number, row in enumerate(rows):
        near = np.flatnonzero(rows[:number] @ row >= ALIKE)
        first.append(first[near[0]] if len(near) else number)
    return first


def _small(whole: Image.Image, shown: Image.Image, side: int, outline: str = "") -> SmallPicture:
    shown.thumbnail((side, side), Image.Resampling.BOX)
    while len(webp := encoded(shown, "WEBP", quality=QUALITY, method=METHOD)) > MOST_BYTES:
        shown = shown.reduce(2)
    digest = hashlib.blake2b(whole.tobytes(), digest_size=16, person=f"{whole.width}x{whole.height}".encode())
    return SmallPicture(base64.b64encode(webp).decode(), *shown.size, digest.hexdigest(), outline)


def encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    """Return a picture as the bytes of a file of that format."""
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def _outline(picture: Image.Image) -> bytes:
    """Return where there is how much ink, whatever the margin and the size of the picture are."""
    grey = np.asarray(picture.convert("L"))
    background = int(np.bincount(grey.reshape(-1), minlength=256).argmax())
    ink = np.abs(grey.astype(np.int16) - background)
    drawn = ink > INK
    box = [np.flatnonzero(drawn.sum(axis=axis) > SPECK) for axis in (0, 1)]
    columns, rows = [(found[0], found[-1] + 1) if len(found) else (0, None) for found in box]
    inner = np.where(drawn, ink, 0)[slice(*rows), slice(*columns)].astype(np.uint8)
    return Image.fromarray(inner).resize((OUTLINE, OUTLINE), Image.Resampling.BOX).tobytes()
