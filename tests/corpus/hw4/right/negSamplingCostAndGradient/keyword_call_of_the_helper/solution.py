def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    indices = [target]
    indices.extend(getNegativeSamples(target, dataset, K))
    labels = np.array([1] + [-1 for _ in range(K)])
    vectors = outputVectors[indices, :]
    t = sigmoid(vectors.dot(predicted) * labels)
    cost = -np.sum(np.log(t + 1e-8))
    delta = labels * (t - 1)
    gradPred = delta.reshape((1, K + 1)).dot(vectors).flatten()
    gradtemp = delta.reshape((K + 1, 1)).dot(predicted.reshape((1, predicted.shape[0])))
    grad = np.zeros_like(outputVectors)
    for k in range(K + 1):
        grad[indices[k]] += gradtemp[k, :]
    return cost, gradPred, grad
