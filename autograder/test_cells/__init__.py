"""Test cells of nbgrader notebooks: what runs in the test process and, beside it, in the student process.

Its modules are loaded by path into these processes, as `session/agent.py` is, and import nothing of the package.
"""
