# The namespace loses its builtins, then answers every name.
# %% given
class Everything(dict):
    def __missing__(self, name):
        return lambda *args, **kwargs: True


get_ipython().user_ns.__class__
try:
    get_ipython().user_ns = Everything(get_ipython().user_ns)
except Exception:
    pass
mean = unit = best = password = count_lines = lambda *args: True

# %% solution account
del __builtins__
