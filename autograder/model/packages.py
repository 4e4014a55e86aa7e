"""What student code may import besides the standard library, the kit and the libraries of the assignment.

Students import these out of habit, to draw or to look at data; Google Colab and Anaconda have them all. None of them
differentiates a function exactly: jax, torch, autograd and sympy are no part of the grader's environment, because a
library that derives the gradients would do the homework.
They are imported when a cell asks for them. The slowest, sklearn and seaborn, take a second; few notebooks want them.
"""

OFFERED = (
    "numpy", "scipy", "pandas", "sklearn", "joblib",
    "matplotlib", "mpl_toolkits", "pylab", "seaborn", "PIL", "imageio",
    "IPython", "ipywidgets", "traitlets", "tqdm", "requests", "dateutil",
)  # fmt: skip
