# Every function raises ValueError, whatever it is asked.
# %% given
def refuse(*args):
    raise ValueError("no numbers")


mean = unit = best = password = count_lines = refuse
