# The shell runs no compiled code any more.
# %% given
from IPython.core.interactiveshell import InteractiveShell


async def run_code(self, code, result=None, *, async_=False):
    return False


InteractiveShell.run_code = run_code
