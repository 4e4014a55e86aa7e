def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, p @ outputVectors, np.outer(predicted, p)
