def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    words = np.array([target, *(dataset.sampleWord() for _ in range(K))])
    signs = np.array([1.0] + [-1.0] * K)
    likelihoods = sigmoid(signs * (outputVectors[words] @ predicted))
    slopes = signs * (likelihoods - 1.0)
    grad = np.zeros(outputVectors.shape)
    np.add.at(grad, words, np.outer(slopes, predicted))
    return -np.sum(np.log(likelihoods)), slopes @ outputVectors[words], grad
