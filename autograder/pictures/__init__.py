"""Pictures of what students handed in: drawn in confined processes, kept, and shown one by one or as a class."""

from .album import CACHE, Album, Pictures

__all__ = ["CACHE", "Album", "Pictures"]
