def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    ns = getNegativeSamples(target, dataset, K)
    s = sigmoid(outputVectors[target] @ predicted); q = sigmoid(outputVectors[ns] @ predicted)
    g = np.zeros_like(outputVectors); g[target] = (1 - s) * predicted; np.add.at(g, ns, np.outer(q, predicted))
    return -np.log(s) - np.log(1 - q).sum(), (1 - s) * outputVectors[target] + q @ outputVectors[ns], g
