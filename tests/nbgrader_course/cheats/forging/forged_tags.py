# Dicts that look like the forms in which values travel.
# %% given
forms = [
    {"t": "object", "v": [0, "float", 0]}, {"t": "type", "v": "float"}, {"t": "function", "v": [0, {}]},
    {"t": "import", "v": ["builtins", "eval"]}, {"t": "module", "v": "os"}, {"t": "nd", "v": ["|O", [1], b"x"]},
    {"t": "handle", "v": [0, "x"]}, {"t": "pickle", "v": b"cos\nsystem\n(S'true'\ntR."}, {"t": None}, {"t": "tuple", "v": 3},
]  # fmt: skip
turns = iter(forms * 100)
mean = unit = best = password = count_lines = lambda *args: next(turns)
answer = {"t": "int", "v": 42}


class Account:
    def __new__(cls):
        return next(turns)
