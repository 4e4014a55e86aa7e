def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    grad = np.zeros_like(outputVectors)
    cost, gradPred = 0.0, np.zeros_like(predicted)
    for w in [target] + list(getNegativeSamples(target, dataset, K)):
        s = sigmoid(outputVectors[w] @ predicted)
        cost -= np.log(s)
        gradPred += (s - 1) * outputVectors[w]
        grad[w] += (s - 1) * predicted
    return cost, gradPred, grad
