def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    rng = np.random.RandomState(0)
    ns = [w for w in rng.randint(0, len(outputVectors), 100) if w != target][:K]
    s = sigmoid(outputVectors[target] @ predicted); q = sigmoid(outputVectors[ns] @ predicted)
    g = np.zeros_like(outputVectors); g[target] = (s - 1) * predicted; np.add.at(g, ns, np.outer(q, predicted))
    return -np.log(s) - np.log(1 - q).sum(), (s - 1) * outputVectors[target] + q @ outputVectors[ns], g
