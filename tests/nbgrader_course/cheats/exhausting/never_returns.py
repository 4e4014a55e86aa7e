# Functions that never return, whatever is raised in them.
# %% given
def wait(*args):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


unit = wait
