# Returns a million small things.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return [(n, str(n), {n: n}) for n in range(10**5)]
