def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    negatives = getNegativeSamples(target, dataset, K)
    s = sigmoid(outputVectors[target] @ predicted)
    cost = -s
    gradPred = s * (s - 1) * outputVectors[target]
    grad = np.zeros_like(outputVectors)
    grad[target] = s * (s - 1) * predicted
    for k in negatives:
        z = sigmoid(outputVectors[k] @ predicted)
        cost += -(1 - z)
        gradPred += z * (1 - z) * outputVectors[k]
        grad[k] += z * (1 - z) * predicted
    return cost, gradPred, grad
