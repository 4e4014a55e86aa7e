"""A submitted picture: read within limits, and how much of it is drawn.

Grader and students use the same functions. The process that runs student code loads this file by its path, so it
imports nothing of the package; the grader itself never reads a student's picture: readers had security holes.
"""

import io
import math
import warnings

import numpy as np
from PIL import Image

MAX_PIXELS = 40_000_000  # read in 0.4 s; a plot has less than one million
ENOUGH_PIXELS = 4_000_000  # a larger picture is reduced before anybody looks at it
FEWEST_PIXELS = 200  # of width and of height; names of words cannot be read in less
INK = 40  # difference to the background, of 255, from which a pixel counts as drawn
INK_SHARE = (0.002, 0.5)  # of a plot: words have 1% to 6%; noise and photographs 75% and more
SAMPLED = 3  # of so many rows and columns one is looked at for the background
GRID = (120, 150)  # fields in which the ink of two drawings is compared; a word is about three of them wide
SAME = 0.85  # likeness: one drawing, saved by file and by notebook, has 0.97 and more; of two seeds, at most 0.56


def read(data: bytes, most_pixels: int = MAX_PIXELS, formats: tuple[str, ...] = ("PNG",)) -> Image.Image:
    """Return the picture in a PNG, as RGB or RGBA. Raises ValueError when it has more pixels, or what Pillow raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
        picture = Image.open(io.BytesIO(data), formats=formats)
    with picture:
        if picture.width * picture.height > most_pixels:
            raise ValueError(f"the picture has {picture.width} x {picture.height} pixels")
        picture.load()
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        return picture if picture.mode == mode else picture.convert(mode)  # a copy takes a quarter of the time of a PNG


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, on white where it is transparent."""
    if picture.mode == "RGB":
        return picture
    if picture.getchannel("A").getextrema() == (255, 255):  # so matplotlib saves it
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB")


def pixels(data: bytes) -> np.ndarray:
    """Return a PNG on white as (height, width, 3) uint8, reduced to about ENOUGH_PIXELS. Raises as `read` does."""
    picture = read(data)
    factor = math.ceil(math.sqrt(picture.width * picture.height / ENOUGH_PIXELS))
    return np.asarray(on_white(picture.reduce(factor) if factor > 1 else picture))


def why_unreadable(data: bytes) -> str:
    """Return why a PNG cannot be read, as far as its first bytes tell."""
    size = data[16:24] if data.startswith(b"\x89PNG") else b""
    width, height = int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
    if len(size) == 8 and width * height > MAX_PIXELS:
        return f"the plot has {width} x {height} pixels; at most {MAX_PIXELS:,} in total are read"
    return "the file cannot be read as a PNG image"


def why_no_plot(picture: np.ndarray) -> str:
    """Return why a picture (height, width, 3) uint8 is no plot: too small, blank, or full; "" when it may be one."""
    height, width = picture.shape[:2]
    if min(height, width) < FEWEST_PIXELS:
        return f"the plot has only {width} x {height} pixels"
    ink = drawn(picture)
    share = np.count_nonzero(ink) / ink.size
    if not share:
        return "the plot is blank"
    if not INK_SHARE[0] <= share <= INK_SHARE[1]:
        return f"{share:.1%} of the pixels differ from the background; in a plot of words it is a few percent"
    return ""


def background(picture: np.ndarray) -> np.ndarray:
    """Return the most frequent colour, three int16."""
    sample = picture[::SAMPLED, ::SAMPLED].reshape(-1, 3)
    coarse = (sample >> 4).astype(np.uint16)
    codes = coarse[:, 0] << 8 | coarse[:, 1] << 4 | coarse[:, 2]
    return np.median(sample[codes == np.bincount(codes).argmax()], axis=0).astype(np.int16)


def drawn(picture: np.ndarray) -> np.ndarray:
    """Return which pixels differ from the background, the most frequent colour."""
    paper = background(picture)
    limits = np.clip([paper - INK, paper + INK], 0, 255).astype(np.uint8)
    lowest, highest = np.tile(limits, picture.shape[1])  # of whole rows: to compare triples takes five times as long
    rows = picture.reshape(len(picture), -1)
    off = ((rows < lowest) | (rows > highest)).reshape(picture.shape)
    return np.asarray(off[..., 0] | off[..., 1] | off[..., 2])  # any(axis=2) takes ten times as long


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Return how alike two drawings are, whatever their size and margins: the correlation of their ink, -1 to 1."""
    fields = [_fields(drawn(picture)) for picture in (first, second)]
    if any(ink is None or ink.std() == 0 for ink in fields):
        return 0.0
    return float(np.corrcoef(fields[0].ravel(), fields[1].ravel())[0, 1])  # type: ignore[union-attr]


def _fields(ink: np.ndarray) -> np.ndarray | None:
    """Return the share of ink in each field of a grid over what is drawn, smoothed by one field. Shape GRID."""
    if not ink.any():
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    sums = np.pad(box, ((1, 0), (1, 0))).cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    edges = [np.linspace(0, size, fields + 1).round().astype(int) for size, fields in zip(box.shape, GRID, strict=True)]
    low, high = (np.ix_(edges[0][side], edges[1][side]) for side in (slice(None, -1), slice(1, None)))
    around = np.pad(sums[high] - sums[low[0], high[1]] - sums[high[0], low[1]] + sums[low], 1)
    smoothed = [around[i : i + GRID[0], j : j + GRID[1]] for i in range(3) for j in range(3)]
    return np.sum(smoothed, axis=0, dtype=float)
