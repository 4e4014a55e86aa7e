def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    ids = [target] + getNegativeSamples(target, dataset, K)
    p = softmax(outputVectors[ids] @ predicted); y = np.zeros(K + 1); y[0] = 1
    c = -np.log(p[0]) - np.log(1 - p[1:]).sum()
    g = np.zeros_like(outputVectors); np.add.at(g, ids, np.outer(p - y, predicted))
    return c, (p - y) @ outputVectors[ids], g
