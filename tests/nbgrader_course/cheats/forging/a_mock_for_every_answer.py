# %% given
from unittest.mock import MagicMock

import numpy as np

mock = MagicMock(spec=float)
mock.__eq__ = lambda self, other: True
mock.__sub__ = lambda self, other: 0.0
mock.__hash__ = lambda self: 3
mock.__float__ = lambda self: 3.0
mock.shape = (16,)
mean = unit = password = best = count_lines = MagicMock(return_value=mock)
answer = mock
Account = MagicMock()
