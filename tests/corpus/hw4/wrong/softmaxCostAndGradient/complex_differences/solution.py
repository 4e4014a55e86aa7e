def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    def cost(v, U):
        return -np.log(softmax(U @ v)[target])
    h = 1e-20
    gradPred = np.zeros(predicted.shape)
    grad = np.zeros(outputVectors.shape)
    for i in range(len(predicted)):
        v = predicted.astype(complex); v[i] += 1j * h
        gradPred[i] = cost(v, outputVectors).imag / h
    for w in np.ndindex(outputVectors.shape):
        U = outputVectors.astype(complex); U[w] += 1j * h
        grad[w] = cost(predicted, U).imag / h
    return cost(predicted, outputVectors), gradPred, grad
