import platform, math, numpy as np

SEED = 18739
print(f"Python {platform.python_version()}, NumPy {np.__version__}, seed {SEED}")
