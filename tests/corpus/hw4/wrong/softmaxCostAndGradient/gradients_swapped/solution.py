def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, np.outer(p, predicted), p @ outputVectors
