# Returns a dictionary of a million numbers.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return dict.fromkeys(range(10**6), 0.0)
