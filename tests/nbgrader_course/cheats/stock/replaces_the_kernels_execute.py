# The kernel answers each later request at once.
# %% given
async def do_execute(*args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


if hasattr(get_ipython(), "kernel"):
    get_ipython().kernel.do_execute = do_execute
