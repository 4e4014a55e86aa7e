# Lets the agent return the arguments of a call, or what an earlier call was given, as its result.
import sys

agent, kept = sys.modules["agent"], []


def do_call(self, target, args, kwargs, keep, return_args):
    kept.extend(args)
    result = tuple(kept[:3])
    return [result, args] if return_args else result


agent.Agent.do_call = do_call


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return None
