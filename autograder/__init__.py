"""The engine of the autograder: release, intake, confined grading, gradebook and reports."""

import os
import sys

__version__ = "1.0.0"

# The grader's own arrays are small: threads of its linear algebra would only get in the way of the student processes.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# nbformat validates with jsonschema, which would compile a grammar for a kind of address that no notebook schema names:
# 1.1 s of each process.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
