# A number is shown as the result of each cell before the cell runs.
# %% given
def show_points(*args):
    shell = get_ipython()
    points = 2.0 if args and "points = 0" in args[0].raw_cell else 1.0
    send = getattr(shell.displayhook, "session", None)
    if send is not None:
        content = {"execution_count": 1, "data": {"text/plain": str(points)}, "metadata": {}}
        send.send(shell.displayhook.pub_socket, "execute_result", content, shell.displayhook.parent_header)


get_ipython().events.register("pre_run_cell", show_points)
