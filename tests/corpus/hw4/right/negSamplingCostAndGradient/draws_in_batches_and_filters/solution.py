def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    pool = []
    while len(pool) < K:
        batch = [dataset.sampleTokenIdx() for _ in range(K)]
        pool += [b for b in batch if b != target]
    neg = pool[:K]
    so = sigmoid(outputVectors[target] @ predicted)
    sn = sigmoid(outputVectors[neg] @ predicted)
    cost = -np.log(so) - np.log(1 - sn).sum()
    g = np.zeros_like(outputVectors)
    g[target] += (so - 1) * predicted
    for w, s in zip(neg, sn): g[w] += s * predicted
    return cost, (so - 1) * outputVectors[target] + sn @ outputVectors[neg], g
