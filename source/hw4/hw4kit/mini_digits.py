"""Draw handwritten-looking digits with a program, for the mini version of MNIST.

A digit is a set of strokes, each a smooth curve through a few points. Every drawing bends, slants, turns and stretches
them differently and uses another pen; the picture is then the distance of each of the 28 x 28 pixels to the ink.
"""

import numpy as np

Stroke = tuple[tuple[float, float], ...]
Shape = tuple[Stroke, ...]

PIECES = 12  # straight pieces that a stroke is drawn with; with fewer, circles look like polygons at 28 points
BATCH = 250  # drawings made together; 250 x 36 pieces x 784 points in float32 need 28 MB
SIDE = 28  # points across a picture, as in MNIST
INK_BOX = 20.0  # points across the drawing inside its picture, as in MNIST

# The ways in which people write each digit: strokes as (x, y) with x to the right and y down, in a box of side 1.
SHAPES: dict[int, tuple[Shape, ...]] = {
    0: (
        (((0.55, 0.04), (0.25, 0.2), (0.16, 0.55), (0.32, 0.92), (0.6, 0.95), (0.8, 0.6), (0.76, 0.2), (0.52, 0.04)),),
    ),
    1: (
        (((0.5, 0.03), (0.5, 0.5), (0.5, 0.97)),),
        (((0.32, 0.24), (0.43, 0.16), (0.54, 0.03)), ((0.54, 0.03), (0.54, 0.5), (0.54, 0.97))),
    ),
    2: (
        (
            ((0.2, 0.27), (0.36, 0.06), (0.66, 0.07), (0.78, 0.29), (0.58, 0.6), (0.14, 0.94)),
            ((0.14, 0.94), (0.5, 0.92), (0.86, 0.93)),
        ),
        (
            ((0.2, 0.24), (0.4, 0.05), (0.7, 0.1), (0.72, 0.4), (0.46, 0.8), (0.22, 0.95), (0.14, 0.84)),
            ((0.14, 0.84), (0.26, 0.75), (0.56, 0.9), (0.88, 0.9)),
        ),
    ),
    3: (
        (
            ((0.22, 0.14), (0.45, 0.03), (0.72, 0.14), (0.68, 0.36), (0.4, 0.47)),
            ((0.4, 0.47), (0.7, 0.53), (0.78, 0.76), (0.54, 0.96), (0.2, 0.86)),
        ),
    ),
    4: (
        (
            ((0.28, 0.06), (0.23, 0.3), (0.17, 0.54)),
            ((0.17, 0.54), (0.5, 0.55), (0.86, 0.5)),
            ((0.72, 0.1), (0.69, 0.5), (0.63, 0.97)),
        ),
        (
            ((0.66, 0.03), (0.4, 0.34), (0.13, 0.64)),
            ((0.13, 0.64), (0.5, 0.64), (0.88, 0.62)),
            ((0.66, 0.03), (0.65, 0.5), (0.64, 0.97)),
        ),
    ),
    5: (
        (
            ((0.8, 0.06), (0.55, 0.06), (0.32, 0.08)),
            ((0.32, 0.08), (0.29, 0.25), (0.25, 0.45)),
            ((0.25, 0.45), (0.52, 0.38), (0.78, 0.56), (0.73, 0.84), (0.45, 0.96), (0.17, 0.85)),
        ),
    ),
    6: (
        (
            ((0.68, 0.04), (0.4, 0.24), (0.23, 0.58), (0.28, 0.86), (0.52, 0.97)),
            ((0.52, 0.97), (0.76, 0.84), (0.7, 0.58), (0.45, 0.54), (0.25, 0.7)),
        ),
    ),
    7: (
        (((0.15, 0.1), (0.48, 0.09), (0.82, 0.07)), ((0.82, 0.07), (0.58, 0.45), (0.42, 0.97))),
        (
            ((0.15, 0.1), (0.48, 0.09), (0.82, 0.07)),
            ((0.82, 0.07), (0.58, 0.45), (0.42, 0.97)),
            ((0.36, 0.5), (0.52, 0.49), (0.74, 0.48)),
        ),
    ),
    8: (
        (
            ((0.72, 0.16), (0.48, 0.03), (0.27, 0.19), (0.45, 0.43), (0.72, 0.64), (0.7, 0.88), (0.48, 0.97)),
            ((0.48, 0.97), (0.25, 0.85), (0.3, 0.62), (0.56, 0.42), (0.74, 0.28), (0.72, 0.16)),
        ),
    ),
    9: (
        (
            ((0.74, 0.2), (0.5, 0.04), (0.25, 0.2), (0.32, 0.46), (0.58, 0.46), (0.74, 0.2)),
            ((0.74, 0.2), (0.72, 0.55), (0.6, 0.97)),
        ),
        (
            ((0.74, 0.2), (0.5, 0.04), (0.25, 0.2), (0.32, 0.46), (0.58, 0.46), (0.74, 0.2)),
            ((0.74, 0.2), (0.76, 0.6), (0.6, 0.93), (0.28, 0.9)),
        ),
    ),
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


def _smooth_curve(stroke: Stroke) -> np.ndarray:
    """Return PIECES + 1 points along the Catmull-Rom curve through the points of the stroke. Shape (PIECES + 1, 2)."""
    points = np.array(stroke)
    points = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    where = np.linspace(0, len(stroke) - 1, PIECES + 1)
    left = np.minimum(where.astype(int), len(stroke) - 2)
    t = (where - left)[:, None]
    before, start, end, after = (points[left + k] for k in range(4))
    return 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * (start - end) + after - before) * t**3
    )


def _written(shape: Shape, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return `count` different hands' versions of a shape, in pixels of the picture.

    Returns:
        The ends of all straight pieces. Shape (count, pieces, 2 ends, 2 coordinates), float32.
    """
    curves = [_smooth_curve(stroke) for stroke in shape]
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
