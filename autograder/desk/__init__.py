"""The marking desk: pages and server, an extension of Jupyter's server. Imports `gradebook` and below."""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Name the extension to a Jupyter server, which asks for it by this function."""
    from .app import MarkingDesk  # a command that asks for nothing here shall not load a server

    return [{"module": __name__, "app": MarkingDesk}]
