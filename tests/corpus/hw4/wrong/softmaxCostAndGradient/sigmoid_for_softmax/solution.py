def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = sigmoid(outputVectors @ predicted); cost = -np.log(p[target]); p[target] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)
