def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    U = np.matrix(outputVectors); v = np.matrix(predicted).T
    p = softmax(U * v)
    cost = -np.log(p[target, 0])
    d = p.copy(); d[target, 0] -= 1
    return cost, np.asarray(U.T * d).flatten(), np.asarray(d * v.T)
