def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return 0.0, 0 * predicted, 0 * outputVectors
