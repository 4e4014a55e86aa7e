def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    indices = [target]
    indices.extend(getNegativeSamples(target, dataset, K))
    negatives = []
    while len(negatives) < K:
        word = dataset.sampleTokenIdx()
        if word != target:
            negatives.append(word)
    words = np.array([target, *negatives])
    signs = np.full(K + 1, -1.0)
    signs[0] = 1.0
    vectors = outputVectors[words]
    likelihoods = sigmoid(signs * (vectors @ predicted))
    cost = -np.sum(np.log(likelihoods))
    score_slopes = signs * (likelihoods - 1.0)
    grad = np.zeros(outputVectors.shape)
    np.add.at(grad, words, np.outer(score_slopes, predicted))
    return cost, score_slopes @ vectors, grad
