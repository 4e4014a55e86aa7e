# Returns integers that no message can hold, a million times.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return [2**1_000_000] * 10**6
