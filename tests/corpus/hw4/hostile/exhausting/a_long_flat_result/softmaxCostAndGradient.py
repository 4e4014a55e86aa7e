# Returns ten million numbers in one list.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return [0.0] * 10**7
