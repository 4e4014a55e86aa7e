# The function of the test is called for ever.
# %% given
def best(value_of, names):
    while True:
        try:
            value_of("a")
        except BaseException:
            pass
