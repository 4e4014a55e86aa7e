# A cell ends the process.
# %% given
import os

os._exit(0)
