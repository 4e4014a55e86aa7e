"""A Jupyter server with nothing but the desk, on this machine alone."""

import logging
import os
import secrets
import socket
import webbrowser
from pathlib import Path
from threading import Thread

from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from ..model.errors import ConfigError
from .app import MarkingDesk

FIRST_PORT = 8888


def serve(
    course_dir: Path, out: Path, assignment: str, *,
    marker: str, path: str, address: str, port: int, browser: bool,
) -> None:  # fmt: skip
    """Serve until somebody stops it; `path` is the page that is opened.

    Raises:
        ConfigError: Nothing can listen at the port.
    """
    if port:
        _try(address, port)
    settings = {
        "ServerApp": {
            "ip": address, "port": port or FIRST_PORT, "port_retries": 0 if port else 50, "open_browser": False,
            "root_dir": str(course_dir), "default_url": path,
            "jpserver_extensions": {MarkingDesk.get_extension_package(): True},
            "allow_root": True,  # a container has no other account, and nothing of a student's runs here
            "log_level": logging.ERROR, "no_browser_open_file": True, "terminals_enabled": False,
            "answer_yes": True, "quit_button": False,
        },
        "IdentityProvider": {"token": secrets.token_hex(24)},  # of its own one the server would print a page of words
        "MarkingDesk": {
            "course_dir": str(course_dir), "out_dir": str(out), "assignment": assignment, "marker": marker,
        },
    }  # fmt: skip
    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")  # else jupyter_core warns that it will look elsewhere one day
    app = ServerApp.instance(config=Config(settings))
    try:
        app.initialize(argv=[], find_extensions=False)
    except SystemExit as error:  # it has logged its reason
        raise ConfigError("The server of Jupyter did not start: the line above says why.") from error
    app.log.addFilter(_is_no_banner)
    shown = f"http://{address}:{app.port}{app.base_url.rstrip('/')}{path}?token={app.identity_provider.token}"
    app.io_loop.add_callback(_announce, shown, browser)  # after what binds the port, which waits there already
    app.start()


def _announce(shown: str, browser: bool) -> None:
    print(f"The marking desk is open at\n  {shown}\nEvery key is saved at once. Ctrl+C ends the server.", flush=True)
    if browser:
        Thread(target=webbrowser.open, args=(shown,), daemon=True).start()  # some browsers only return when they end


def _try(address: str, port: int) -> None:
    """Listen at a port for a moment. Raises ConfigError where this is not possible."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended does not hold it
        try:
            tried.bind((address, port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise ConfigError(
                f"Nothing can listen at port {port} ({reason}): choose another one with --port."
            ) from error


def _is_no_banner(record: logging.LogRecord) -> bool:
    """Whether a line of the log is an error: the level above has Jupyter's words for what we say in ours."""
    return record.levelno < logging.CRITICAL
