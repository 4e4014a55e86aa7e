# Returns a hundred thousand texts of a million letters each.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return ['x' * 10**6] * 10**5, b'x' * 10**8
