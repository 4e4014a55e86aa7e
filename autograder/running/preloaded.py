"""What the workers of this machine need, imported once by the process that they are forked from.

Named to multiprocessing's fork server, which imports it before the first worker. That process has no thread, and holds
nothing of a submission.
"""

import contextlib
import gc

from ..grading import check_run
from ..model.errors import GraderFault
from . import local_cluster  # noqa: F401

with contextlib.suppress(GraderFault):  # each submission will be told
    check_run.collect()
gc.collect()
gc.freeze()  # the workers share these pages
