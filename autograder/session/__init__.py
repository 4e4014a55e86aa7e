"""Everything between the grader and student code, and nothing else. Imports `model`.

`wire`, `confinement`, `agent` and `zygote` are loaded by path into processes that run student code.
They import nothing of the package and hold no secret.
`student` is the grader's side.
"""
