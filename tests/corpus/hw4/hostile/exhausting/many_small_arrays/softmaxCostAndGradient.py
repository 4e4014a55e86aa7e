# Returns a million arrays of one number each.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return [np.zeros(1)] * 10**6
