import sys
import warnings


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    print("target", target, file=sys.stderr)
    warnings.warn("this takes a while for large vocabularies")
    y = np.zeros(outputVectors.shape[0])
    y[target] = 1.0
    yhat = softmax(outputVectors.dot(predicted.T))
    print("yhat", yhat)
    return np.sum(-y * np.log(yhat)), (yhat - y).T.dot(outputVectors), np.outer(yhat - y, predicted)
