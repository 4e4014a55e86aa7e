def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    rest = [w for w in range(len(outputVectors)) if w != target]
    ns = np.random.choice(rest, K)
    def cost(v, U):
        return -np.log(sigmoid(U[target] @ v)) - sum(np.log(sigmoid(-U[n] @ v)) for n in ns)
    gp = np.zeros_like(predicted); g = np.zeros_like(outputVectors); h = 1e-5
    for i in range(len(predicted)):
        e = np.zeros_like(predicted); e[i] = h
        gp[i] = (cost(predicted + e, outputVectors) - cost(predicted - e, outputVectors)) / (2 * h)
    for w in [target, *set(ns)]:
        for i in range(len(predicted)):
            e = np.zeros_like(outputVectors); e[w, i] = h
            g[w, i] = (cost(predicted, outputVectors + e) - cost(predicted, outputVectors - e)) / (2 * h)
    return cost(predicted, outputVectors), gp, g
