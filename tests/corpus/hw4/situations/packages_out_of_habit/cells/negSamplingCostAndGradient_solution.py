def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    words = [target] + getNegativeSamples(target, dataset, K)
    signs = np.array([1] + K * [-1])
    chosen = outputVectors[words]
    close = special.expit(signs * (chosen @ predicted))
    miss = signs * (close - 1)
    grad = np.zeros_like(outputVectors)
    np.add.at(grad, words, np.outer(miss, predicted))
    return -np.log(close).sum(), miss @ chosen, grad
