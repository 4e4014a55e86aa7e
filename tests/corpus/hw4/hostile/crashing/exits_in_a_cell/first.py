# Ends the process as soon as the notebook runs.
import os

os._exit(0)
