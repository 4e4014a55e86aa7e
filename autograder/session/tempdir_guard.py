"""A process that makes a temporary folder and removes it when nobody holds it any more, however they ended.

Started by path with an isolated interpreter, before the folder exists:

    python -I -S -B tempdir_guard.py PARENT PREFIX

It prints the path of the folder, and waits until the other end of its standard input is closed by all who have it.
"""

import os
import sys
import tempfile
import time

PATIENCE_S = 30  # a process that is being killed may still write for a moment


def main() -> None:
    """Make the folder, say where, wait, remove it."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import scratch

    parent, prefix = sys.argv[1:]
    try:
        folder = tempfile.mkdtemp(prefix=prefix, dir=parent)
        os.chmod(folder, 0o711)  # a folder in it may be for a process with another user id
    except OSError as error:
        sys.exit(str(error))
    try:
        os.write(1, os.fsencode(folder))
        os.close(1)
        os.read(0, 1)
    finally:
        deadline = time.monotonic() + PATIENCE_S
        scratch.remove(folder)
        while os.path.exists(folder) and time.monotonic() < deadline:
            time.sleep(0.1)
            scratch.remove(folder)


if __name__ == "__main__":
    main()
