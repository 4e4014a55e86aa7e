from row_sums import add_rows
from vector_tools import log_sigmoid


def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    """Return the cost, the gradient of the predicted vector and that of all output vectors."""
    words = [target, *getNegativeSamples(target, dataset, K)]
    signs = np.where(np.arange(K + 1) == 0, 1.0, -1.0)
    scores = signs * (outputVectors[words] @ predicted)
    slopes = signs * (sigmoid(scores) - 1.0)
    grad = add_rows(outputVectors.shape, words, np.outer(slopes, predicted))
    return -log_sigmoid(scores).sum(), slopes @ outputVectors[words], grad
