def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    rows = [target] + list(getNegativeSamples(target, dataset, K))
    labels = np.zeros(K + 1)
    labels[0] = 1
    p = sigmoid(outputVectors[rows] @ predicted)
    cost = -np.log(p[0]) - np.sum(np.log(1 - p[1:]))
    grad = np.zeros_like(outputVectors)
    grad[rows] += np.outer(p - labels, predicted)
    return cost, (p - labels) @ outputVectors[rows], grad
