"""Read a PNG, inside a confined process: readers of pictures are large and have had holes."""

from __future__ import annotations

import io

from PIL import Image


def on_white(data: bytes, most_pixels: int) -> Image.Image:
    """Return the picture in a PNG as RGB, on white where it is transparent. Raises ValueError for too large a one."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        if picture.width * picture.height > most_pixels:
            raise ValueError(f"the picture has {picture.width} x {picture.height} pixels")
        picture.load()
        if not picture.has_transparency_data:
            return picture.convert("RGB")
        drawn = picture.convert("RGBA")
    if drawn.getchannel("A").getextrema() == (255, 255):  # matplotlib saves a channel of which it makes no use
        return drawn.convert("RGB")
    white = Image.new("RGBA", drawn.size, "white")
    white.alpha_composite(drawn)
    return white.convert("RGB")
