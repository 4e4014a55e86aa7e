def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    ns = getNegativeSamples(target, dataset, K)
    ns = np.random.randint(0, len(outputVectors), K)
    s = sigmoid(outputVectors[target] @ predicted); q = sigmoid(outputVectors[ns] @ predicted)
    g = np.zeros_like(outputVectors); g[target] = (s - 1) * predicted; np.add.at(g, ns, np.outer(q, predicted))
    return -np.log(s) - np.log(1 - q).sum(), (s - 1) * outputVectors[target] + q @ outputVectors[ns], g
