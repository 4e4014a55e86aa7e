def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    v = np.matrix(predicted).reshape(-1, 1)
    U = np.matrix(outputVectors)
    y = np.matrix(np.zeros((U.shape[0], 1)))
    y[target, 0] = 1
    error = softmax(U * v) - y
    return -np.log(softmax(U * v)[target, 0]), U.T * error, error * v.T
