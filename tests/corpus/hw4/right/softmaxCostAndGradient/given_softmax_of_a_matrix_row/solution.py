def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    v = np.matrix(predicted).reshape(1, -1)
    U = np.matrix(outputVectors)
    p = softmax(v * U.T)
    cost = -np.log(p[0, target])
    p[0, target] -= 1
    return cost, p * U, p.T * v
