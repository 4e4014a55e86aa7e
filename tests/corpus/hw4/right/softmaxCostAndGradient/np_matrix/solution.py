def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    U = np.matrix(outputVectors)
    v = np.matrix(predicted).T
    e = np.exp(U * v)
    p = e / e.sum()
    cost = -np.log(p[target, 0])
    y = np.matrix(np.zeros((U.shape[0], 1)))
    y[target, 0] = 1
    return cost, U.T * (p - y), (p - y) * v.T
