"""Draw handwritten-looking digits with a program, for the mini version of MNIST.

A digit is a set of strokes, each a smooth curve through a few points. Every drawing bends, slants, turns and stretches
them differently and uses another pen; the picture is then the distance of each of the 28 x 28 pixels to the ink.
"""

import numpy as np

PIECES = 12  # straight pieces that a stroke is drawn with; with fewer, circles look like polygons at 28 points
BATCH = 250  # drawings made together; 250 x 36 pieces x 784 points in float32 need 28 MB
SIDE = 28  # points across a picture, as in MNIST
INK_BOX = 20.0  # points across the drawing inside its picture, as in MNIST

# The ways in which people write each digit: strokes through points x,y, in hundredths of a box, x right and y down.
SHAPES: dict[int, list[str]] = {
    0: ["55,04 25,20 16,55 32,92 60,95 80,60 76,20 52,04"],
    1: [
        "50,03 50,50 50,97",
        "32,24 43,16 54,03 | 54,03 54,50 54,97",
    ],
    2: [
        "20,27 36,06 66,07 78,29 58,60 14,94 | 14,94 50,92 86,93",
        "20,24 40,05 70,10 72,40 46,80 22,95 14,84 | 14,84 26,75 56,90 88,90",
    ],
    3: ["22,14 45,03 72,14 68,36 40,47 | 40,47 70,53 78,76 54,96 20,86"],
    4: [
        "28,06 23,30 17,54 | 17,54 50,55 86,50 | 72,10 69,50 63,97",
        "66,03 40,34 13,64 | 13,64 50,64 88,62 | 66,03 65,50 64,97",
    ],
    5: ["80,06 55,06 32,08 | 32,08 29,25 25,45 | 25,45 52,38 78,56 73,84 45,96 17,85"],
    6: ["68,04 40,24 23,58 28,86 52,97 | 52,97 76,84 70,58 45,54 25,70"],
    7: [
        "15,10 48,09 82,07 | 82,07 58,45 42,97",
        "15,10 48,09 82,07 | 82,07 58,45 42,97 | 36,50 52,49 74,48",
    ],
    8: ["72,16 48,03 27,19 45,43 72,64 70,88 48,97 | 48,97 25,85 30,62 56,42 74,28 72,16"],
    9: [
        "74,20 50,04 25,20 32,46 58,46 74,20 | 74,20 72,55 60,97",
        "74,20 50,04 25,20 32,46 58,46 74,20 | 74,20 76,60 60,93 28,90",
    ],
}


def draw_digits(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures of random digits, white ink on black, and which digits they are.

    Returns:
        images, shape (count, 28, 28), uint8; labels, shape (count,), uint8.
    """
    labels = rng.integers(0, 10, size=count).astype(np.uint8)
    images = np.empty((count, SIDE, SIDE), dtype=np.uint8)
    for digit, shapes in SHAPES.items():
        which_shape = rng.integers(0, len(shapes), size=count)
        for number, shape in enumerate(shapes):
            mine = np.flatnonzero((labels == digit) & (which_shape == number))
            for start in range(0, len(mine), BATCH):
                batch = mine[start : start + BATCH]
                images[batch] = _ink(_written(shape, len(batch), rng), rng)
    return images, labels


def _smooth_curve(stroke: str) -> np.ndarray:
    """Return PIECES + 1 points along the Catmull-Rom curve through the points of the stroke. Shape (PIECES + 1, 2)."""
    given = np.array([point.split(",") for point in stroke.split()], dtype=np.float64) / 100
    points = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    where = np.linspace(0, len(given) - 1, PIECES + 1)
    left = np.minimum(where.astype(int), len(given) - 2)
    t = (where - left)[:, None]
    before, start, end, after = (points[left + k] for k in range(4))
    return 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * (start - end) + after - before) * t**3
    )


def _written(shape: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return `count` different hands' versions of a shape, in pixels of the picture.

    Returns:
        The ends of all straight pieces. Shape (count, pieces, 2 ends, 2 coordinates), float32.
    """
    curves = [_smooth_curve(stroke) for stroke in shape.split("|")]
    pieces = np.concatenate([np.stack([curve[:-1], curve[1:]], axis=1) for curve in curves])
    at = np.broadcast_to(pieces - 0.5, (count, *pieces.shape))
    # A slow wave in each coordinate bends the strokes; as a function of the place it keeps joined strokes joined.
    direction = rng.normal(0, 0.55, size=(count, 1, 1, 2, 2))
    phase = rng.uniform(0, 2 * np.pi, size=(count, 1, 1, 2))
    bend = rng.uniform(0.02, 0.075, size=(count, 1, 1, 2))
    at = at + bend * np.sin(2 * np.pi * np.einsum("npec,nabdc->nped", at, direction) + phase)
    turn, slant = rng.normal(0, 0.09, size=count), rng.normal(-0.18, 0.18, size=count)
    wide, high = rng.uniform(0.68, 1.05, size=count), rng.uniform(0.86, 1.0, size=count)
    matrix = np.empty((count, 2, 2))
    matrix[:, 0, 0], matrix[:, 0, 1] = wide * np.cos(turn), slant - np.sin(turn)
    matrix[:, 1, 0], matrix[:, 1, 1] = wide * np.sin(turn), high * np.cos(turn)
    at = np.einsum("nij,npej->npei", matrix, at)
    low, high_corner = at.min(axis=(1, 2)), at.max(axis=(1, 2))
    size = np.maximum((high_corner - low).max(axis=1), 0.9)[:, None, None, None]
    middle = ((low + high_corner) / 2)[:, None, None]
    centre = SIDE / 2 - 0.5 + rng.normal(0, 0.5, size=(count, 1, 1, 2))
    return ((at - middle) * (INK_BOX - 2) / size + centre).astype(np.float32)


def _ink(pieces: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the pictures of the written pieces. Shape (count, 28, 28), uint8."""
    count, length = pieces.shape[:2]
    start, along = pieces[:, :, 0, None], pieces[:, :, 1, None] - pieces[:, :, 0, None]
    rows, columns = np.mgrid[:SIDE, :SIDE].reshape(2, -1).astype(np.float32)
    away_x, away_y = columns - start[..., 0], rows - start[..., 1]
    squared_length = np.maximum((along**2).sum(axis=-1), np.float32(1e-6))
    t = np.clip((away_x * along[..., 0] + away_y * along[..., 1]) / squared_length, 0, 1)
    distance = np.sqrt((away_x - t * along[..., 0]) ** 2 + (away_y - t * along[..., 1]) ** 2)
    # The pen presses harder and softer along the way: half its width, in points of the picture, wanders by a tenth.
    pen = rng.uniform(0.75, 1.6, size=(count, 1)) * (
        1 + 0.12 * np.sin(np.linspace(0, 4, length) + rng.uniform(0, 2 * np.pi, size=(count, 1)))
    )
    nearest = (distance - pen[:, :, None].astype(np.float32)).min(axis=1)
    darkness = np.clip(0.5 - nearest / rng.uniform(1.1, 1.7, size=(count, 1)), 0, 1)
    return np.rint(255 * darkness).astype(np.uint8).reshape(count, SIDE, SIDE)
