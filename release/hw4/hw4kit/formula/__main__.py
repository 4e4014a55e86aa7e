"""Run the check of one's own formulas: `python -m hw4kit.formula answers/derivations.md`."""

import sys

from . import main

sys.exit(main())
