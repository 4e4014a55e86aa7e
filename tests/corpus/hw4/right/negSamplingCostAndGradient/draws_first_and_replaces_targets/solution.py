def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    samples = [dataset.sampleTokenIdx() for _ in range(K)]
    for i in range(K):
        while samples[i] == target:
            samples[i] = dataset.sampleTokenIdx()
    words = [target] + samples
    labels = [1] + [0] * K
    cost, gradPred, grad = 0.0, np.zeros(predicted.shape), np.zeros(outputVectors.shape)
    for word, label in zip(words, labels):
        p = sigmoid(outputVectors[word] @ predicted)
        cost += -np.log(p) if label else -np.log(1 - p)
        gradPred += (p - label) * outputVectors[word]
        grad[word] += (p - label) * predicted
    return cost, gradPred, grad
