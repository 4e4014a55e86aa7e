def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    v = predicted.reshape(1, -1)
    u_o = outputVectors[target : target + 1]
    negatives = getNegativeSamples(target, dataset, K)
    u_k = outputVectors[negatives]
    pos = sigmoid(v.dot(u_o.T))                      # (1, 1)
    neg = sigmoid(-v.dot(u_k.T))                     # (1, K)
    cost = -np.log(pos) - np.sum(np.log(neg))        # (1, 1)
    gradPred = (pos - 1) * u_o - (neg - 1).dot(u_k)  # (1, D)
    grad = np.zeros_like(outputVectors)
    grad[target] = ((pos - 1) * v)[0]
    for i, k in enumerate(negatives):
        grad[k] = grad[k] - ((neg[0, i] - 1) * v)[0]
    return cost, gradPred, grad
