def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    s = sigmoid(outputVectors[target] @ predicted)
    cost = -np.log2(s)
    gradPred = (s - 1) * outputVectors[target]
    grad = np.zeros_like(outputVectors)
    grad[target] = (s - 1) * predicted
    for k in getNegativeSamples(target, dataset, K):
        z = sigmoid(outputVectors[k] @ predicted)
        cost -= np.log2(1 - z)
        gradPred += z * outputVectors[k]
        grad[k] += z * predicted
    return cost, gradPred, grad
