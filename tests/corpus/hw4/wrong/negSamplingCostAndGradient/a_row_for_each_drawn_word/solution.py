def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    ids = [target] + getNegativeSamples(target, dataset, K)
    y = np.zeros(K + 1); y[0] = 1
    p = sigmoid(outputVectors[ids] @ predicted)
    cost = -np.log(p[0]) - np.log(1 - p[1:]).sum()
    return cost, (p - y) @ outputVectors[ids], np.outer(p - y, predicted)
