def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    v = predicted.reshape(-1, 1)                      # (D, 1)
    yhat = softmax((outputVectors @ v).T).T           # (V, 1)
    y = np.zeros_like(yhat)
    y[target] = 1
    cost = -np.sum(y * np.log(yhat))
    gradPred = outputVectors.T @ (yhat - y)           # (D, 1)
    grad = (yhat - y) @ v.T
    return cost, gradPred, grad
