def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    ns = getNegativeSamples(target, dataset, K)
    s = sigmoid(outputVectors[target] @ predicted); g = np.zeros_like(outputVectors); g[target] = (s - 1) * predicted
    c = -np.log(s); gp = (s - 1) * outputVectors[target]
    for n in ns:
        q = sigmoid(-outputVectors[n] @ predicted); c -= np.log(q); gp += (q - 1) * outputVectors[n]; g[n] += (q - 1) * predicted
    return c, gp, g
