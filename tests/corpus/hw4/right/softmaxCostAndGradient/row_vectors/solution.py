def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    v = predicted.reshape(1, -1)
    scores = v.dot(outputVectors.T)                   # (1, V)
    yhat = np.exp(scores) / np.exp(scores).sum()
    cost = -np.log(yhat[:, target])                   # (1,)
    yhat[0, target] -= 1
    return cost, yhat.dot(outputVectors), yhat.T.dot(v)
