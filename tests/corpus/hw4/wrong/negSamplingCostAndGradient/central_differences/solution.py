def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    words = getNegativeSamples(target, dataset, K)
    def cost(v, U):
        return -np.log(sigmoid(U[target] @ v)) - sum(np.log(sigmoid(-(U[w] @ v))) for w in words)
    h = 1e-5
    gradPred = np.zeros(predicted.shape)
    grad = np.zeros(outputVectors.shape)
    for i in range(len(predicted)):
        e = np.zeros(predicted.shape); e[i] = h
        gradPred[i] = (cost(predicted + e, outputVectors) - cost(predicted - e, outputVectors)) / (2 * h)
    for w in set([target] + words):
        for i in range(len(predicted)):
            U = outputVectors.copy(); U[w, i] += h
            D = outputVectors.copy(); D[w, i] -= h
            grad[w, i] = (cost(predicted, U) - cost(predicted, D)) / (2 * h)
    return cost(predicted, outputVectors), gradPred, grad
