def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    U = outputVectors if outputVectors.shape[0] != predicted.shape[0] else outputVectors.T
    p = softmax(U @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, p @ U, np.outer(p, predicted)
