#!/bin/sh
# Get MNIST and the Stanford Sentiment Treebank, or make the mini stand-in; --help says how.
#
# Finds a Python and runs hw4kit.get_data, which does the work; HW4_MIRROR in the environment is described there.
# Plain POSIX sh, for Linux and macOS.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2

# Beside this folder in what students get; in source/hw4 in the instructor's repository.
for kit in "$here/.." "$here/../source/hw4" ''; do
    if [ -f "$kit/hw4kit/get_data.py" ]; then break; fi
done
if [ -z "$kit" ]; then
    echo "The folder hw4kit, which gets the data, is not beside the folder datasets. Unpack the homework again." >&2
    exit 2
fi

for python in python3 python ''; do
    if [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi
done
if [ -z "$python" ]; then
    echo "No Python 3.11 or newer was found: activate the environment of the notebooks, or install one from python.org." >&2
    exit 2
fi

# A path rather than `cd`, so that --folder is seen from where the command is given.
PYTHONPATH=$kit${PYTHONPATH:+:$PYTHONPATH} exec "$python" -m hw4kit.get_data "$@"
