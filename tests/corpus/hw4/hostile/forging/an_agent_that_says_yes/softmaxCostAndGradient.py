# Replaces every answer of the agent by True, and its notion of an error by nothing.
import sys

agent = sys.modules["agent"]
for name in [name for name in dir(agent.Agent) if name.startswith("do_") and name != "do_run_cell"]:
    setattr(agent.Agent, name, lambda self, **request: True)
agent.describe = lambda error: None
