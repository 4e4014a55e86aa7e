def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    cost, gradPred, grad = 0.0, np.zeros_like(predicted), np.zeros_like(outputVectors)
    for k in getNegativeSamples(target, dataset, K):
        z = sigmoid(outputVectors[k] @ predicted)
        cost -= np.log(1 - z)
        gradPred += z * outputVectors[k]
        grad[k] += z * predicted
    return cost, gradPred, grad
