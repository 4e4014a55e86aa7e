def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    scores = outputVectors.dot(predicted)
    logs = special.log_softmax(scores)
    miss = np.exp(logs)
    miss[target] -= 1.0
    return -logs[target], miss.dot(outputVectors), np.outer(miss, predicted)
