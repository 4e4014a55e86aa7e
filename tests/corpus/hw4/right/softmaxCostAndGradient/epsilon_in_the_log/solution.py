def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    """Works for targets that are numpy integers, too."""
    target = int(target)
    one_hot = np.eye(outputVectors.shape[0])[target]
    yhat = softmax(np.dot(outputVectors, predicted))
    cost = -np.sum(one_hot * np.log(yhat + 1e-8))
    return cost, np.dot(yhat - one_hot, outputVectors), np.outer(yhat - one_hot, predicted)
