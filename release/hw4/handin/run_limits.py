"""How much time and memory the code of a notebook may use, in the grader and in the check before it is handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """What one notebook of a submission may use; the processor time is that of the reference machine."""

    cell_cpu_s: float = 20.0  # the given cells take under 1 s; those that train are skipped
    call_cpu_s: float = 5.0  # of one request; right answers in pure Python loops take under 1 s, see bench/slow.py
    next_call_cpu_s: float = 2.0  # of an item after its code was stopped once: it seldom ends the next time
    wall_factor: float = 4.0  # for code that sleeps; what a busy machine keeps waiting for a core does not count
    # Of the student's code within one cell of tests, and as much again of the test itself; stock nbgrader stops a cell
    # after 30 s by the clock. Of 723 cells of public courses nearly all take less than 0.1 s.
    test_cell_cpu_s: float = 10.0
    next_test_cell_cpu_s: float = 3.0  # after one was stopped: several often test the same function
    notebook_cpu_s: float = 60.0  # all cells, calls and replays together; right code needs under 1 s
    memory_mib: int = 3072  # resident; a process with the handout's models has about 600
    threads: int = 256  # TensorFlow starts about 20
    scratch_mib: int = 256
    # Within one request: right code calls back five times, and sends 1 MB back. Both are counted so low that they are
    # passed long before the time of a call is: 10,000 calls take 0.5 s, 256 MiB 0.2 s.
    stub_calls: int = 10_000
    sent_mib: int = 256

    def scaled(self, factor: float) -> Limits:
        """Return these for a machine that takes `factor` times as long: what is counted, and not timed, stays."""
        return replace(
            self,
            cell_cpu_s=self.cell_cpu_s * factor,
            call_cpu_s=self.call_cpu_s * factor,
            next_call_cpu_s=self.next_call_cpu_s * factor,
            test_cell_cpu_s=self.test_cell_cpu_s * factor,
            next_test_cell_cpu_s=self.next_test_cell_cpu_s * factor,
            notebook_cpu_s=self.notebook_cpu_s * factor,
        )
