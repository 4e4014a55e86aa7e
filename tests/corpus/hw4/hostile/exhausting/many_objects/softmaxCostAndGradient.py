# Returns a million objects that cannot travel: each would be kept in the process, and get a number.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return [object()] * 10**6
