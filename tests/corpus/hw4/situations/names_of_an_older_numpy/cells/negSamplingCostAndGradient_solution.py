def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    words = [target, *getNegativeSamples(target, dataset, K)]
    signs = np.array([1.0] + [-1.0] * K)
    likely = sigmoid(signs * (outputVectors[words] @ predicted))
    assert np.alltrue(likely > 0) and not np.sometrue(likely == np.NaN)
    cost = -np.log(np.product(likely))
    factors = signs * (likely - 1)
    grad = np.zeros(outputVectors.shape)
    for word, factor in zip(words, factors):
        grad[word] += factor * predicted
    return cost, factors @ outputVectors[words], grad
