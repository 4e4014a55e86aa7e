def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    v = np.matrix(predicted).reshape(1, -1)
    U = np.matrix(outputVectors)
    words = [target] + getNegativeSamples(target, dataset, K)
    signs = np.matrix([1.0] + [-1.0] * K).T
    p = sigmoid(np.multiply(signs, U[words] * v.T))
    slopes = np.multiply(signs, p - 1)
    grad = np.zeros(U.shape)
    for word, slope in zip(words, slopes):
        grad[word] += np.asarray(slope * v)[0]
    return -np.sum(np.log(p)), slopes.T * U[words], np.matrix(grad)
