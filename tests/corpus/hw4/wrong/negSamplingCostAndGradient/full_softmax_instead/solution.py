def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    p = softmax(outputVectors @ predicted)
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, p @ outputVectors, np.outer(p, predicted)
