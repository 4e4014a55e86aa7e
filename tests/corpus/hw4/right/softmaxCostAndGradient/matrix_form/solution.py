def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    yhat = softmax(outputVectors.dot(predicted))
    cost = -np.log(yhat[target])
    delta = yhat.copy()
    delta[target] -= 1
    gradPred = outputVectors.T.dot(delta)
    grad = np.outer(delta, predicted)
    return cost, gradPred, grad
