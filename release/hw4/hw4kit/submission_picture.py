"""Read word_vectors.png without a picture library, and tell whether it is the drawing that the notebook shows."""

from __future__ import annotations

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}  # by colour type, all of 8 bits; matplotlib writes 6
MOST_PIXELS = 2**24  # four times the largest screen; the kit's picture has 2**20
INK = 40  # difference to the background, of 255, from which a point counts as drawn
GRID = (120, 150)  # fields in which the ink of two pictures is compared; a word is about three of them wide
SAME = 0.85  # likeness: one drawing, saved by file and by notebook, has 0.97 and more; of two seeds, at most 0.56


class PictureUnfit(ValueError):
    """The bytes are no picture that can be read; the text says why."""


def read_png(data: bytes) -> np.ndarray:
    """Return the picture on white. Shape (height, width, 3), uint8.

    Raises:
        PictureUnfit: It is no PNG, or it is damaged, too large, or of a rare kind.
    """
    if not data.startswith(SIGNATURE):
        raise PictureUnfit("it is not a PNG picture")
    header, packed = b"", b""
    ended = False
    start = len(SIGNATURE)
    while start + 12 <= len(data) and not ended:
        size = int.from_bytes(data[start : start + 4], "big")
        kind, body = data[start + 4 : start + 8], data[start + 8 : start + 8 + size]
        checksum = data[start + 8 + size : start + 12 + size]
        if len(checksum) < 4 or int.from_bytes(checksum, "big") != zlib.crc32(kind + body):
            raise PictureUnfit("it is damaged, or cut short")
        header = body if kind == b"IHDR" else header
        packed += body if kind == b"IDAT" else b""
        ended = kind == b"IEND"
        start += 12 + size
    if not ended or len(header) != 13:
        raise PictureUnfit("it is cut short")
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not 0 < width * height <= MOST_PIXELS:
        raise PictureUnfit(f"it has {width} x {height} points")
    if bits != 8 or colour not in CHANNELS or interlaced:
        raise PictureUnfit("it was not written by matplotlib")
    return _on_white(_points(packed, height, width, CHANNELS[colour]))


def _points(packed: bytes, height: int, width: int, channels: int) -> np.ndarray:
    length = height * (width * channels + 1)
    try:
        unpacked = zlib.decompressobj().decompress(packed, length)
    except zlib.error as error:
        raise PictureUnfit("it is damaged") from error
    if len(unpacked) < length:
        raise PictureUnfit("it is cut short")
    rows = np.frombuffer(unpacked, dtype=np.uint8).reshape(height, -1)
    if rows[:, 0].max() > 4:
        raise PictureUnfit("it is damaged")
    return _unfiltered(rows[:, 1:].reshape(height, width, channels), rows[:, 0])


def _unfiltered(stored: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """Return the points, of which a PNG stores the differences to a guess from the points to the left and above.

    Each point needs its three neighbours, so that all points of one diagonal can be done at once.

    Args:
        stored: Shape (height, width, channels), uint8.
        filters: How each row was guessed, 0 to 4 (PNG specification, section 9). Shape (height,), uint8.
    """
    height, width, channels = stored.shape
    points = np.zeros((height + 1, width + 1, channels), dtype=np.int16)  # a row and a column of 0 around
    for diagonal in range(height + width - 1):
        row = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        column = diagonal - row
        left, above, corner = points[row + 1, column], points[row, column + 1], points[row, column]
        distances = abs(np.stack([above - corner, left - corner, left + above - 2 * corner]))
        nearest = np.choose(distances.argmin(axis=0), [left, above, corner])
        guesses = [np.zeros_like(left), left, above, (left + above) // 2, nearest]
        points[row + 1, column + 1] = (stored[row, column] + np.choose(filters[row, None], guesses)) % 256
    return points[1:, 1:]


def _on_white(points: np.ndarray) -> np.ndarray:
    height, width, channels = points.shape
    colours = points[..., : channels - 1] if channels in (2, 4) else points
    opaque = points[..., -1:] / 255 if channels in (2, 4) else 1.0
    mixed = np.round(colours * opaque + 255 * (1 - opaque)).astype(np.uint8)
    return np.broadcast_to(mixed, (height, width, 3))


def drawn(picture: np.ndarray) -> np.ndarray:
    """Return which points differ from the background, the colour of most corners. Shape (height, width), bool."""
    corners = picture[[0, 0, -1, -1], [0, -1, 0, -1]].astype(np.int16)
    background = np.median(corners, axis=0)
    return np.asarray((abs(picture.astype(np.int16) - background) > INK).any(axis=2))


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Return how alike two drawings are, whatever their size and margins: the correlation of their ink, -1 to 1.

    Args:
        first: A picture. Shape (height, width, 3), uint8.
        second: Another, of any size.
    """
    fields = [_fields(drawn(picture)) for picture in (first, second)]
    if any(ink is None or ink.std() == 0 for ink in fields):
        return 0.0
    return float(np.corrcoef(fields[0].ravel(), fields[1].ravel())[0, 1])


def _fields(ink: np.ndarray) -> np.ndarray | None:
    """Return the share of ink in each field of a grid over what is drawn, smoothed by one field. Shape GRID."""
    if not ink.any():
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    sums = np.pad(box, ((1, 0), (1, 0))).cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    edges = [np.linspace(0, size, fields + 1).round().astype(int) for size, fields in zip(box.shape, GRID, strict=True)]
    low, high = (np.ix_(edges[0][side], edges[1][side]) for side in (slice(None, -1), slice(1, None)))
    counted = sums[high] - sums[low[0], high[1]] - sums[high[0], low[1]] + sums[low]
    around = np.pad(counted, 1)
    return sum(around[i : i + GRID[0], j : j + GRID[1]] for i in range(3) for j in range(3)).astype(float)
