import numpy as np

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    """Return the softmax cross-entropy cost of one pair of words, and its gradients.

    Args:
        predicted: Vector of the center word. Shape (D,), float64.
        target: Index of the context word.
        outputVectors: Output vectors of all words, one per row. Shape (V, D), float64.
        dataset: Not used; both cost functions take the same arguments.

    Returns:
        cost: A float, in nats.
        gradPred: Gradient with respect to predicted. Shape (D,).
        grad: Gradient with respect to outputVectors. Shape (V, D).
    """
    # One score for each word, then its probability: (V, D) @ (D,) is (V,).
    probabilities = softmax(outputVectors @ predicted)
    cost = -np.log(probabilities[target])
    # Slope of the cost with respect to each score: probability minus 1 for the target, minus 0 for the others.
    score_slopes = probabilities.copy()
    score_slopes[target] -= 1.0
    gradPred = score_slopes @ outputVectors  # (V,) @ (V, D) is (D,)
    grad = np.outer(score_slopes, predicted)  # row w is the slope of score w times the center vector
    return cost, gradPred, grad


def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    """Return the negative-sampling cost of one pair of words, and its gradients.

    Args:
        predicted: Vector of the center word. Shape (D,), float64.
        target: Index of the context word.
        outputVectors: Output vectors of all words, one per row. Shape (V, D), float64.
        dataset: Draws the negative samples.
        K: Number of negative samples.

    Returns:
        cost: A float, in nats.
        gradPred: Gradient with respect to predicted. Shape (D,).
        grad: Gradient with respect to outputVectors. Shape (V, D).
    """
    # The target comes first, then the samples; a word that is drawn twice is here twice.
    words = np.array([target, *getNegativeSamples(target, dataset, K)])
    signs = np.full(K + 1, -1.0)
    signs[0] = 1.0
    vectors = outputVectors[words]  # (K + 1, D)
    # How likely the model finds the right answer about each word: (K + 1, D) @ (D,) is (K + 1,).
    likelihoods = sigmoid(signs * (vectors @ predicted))
    cost = -np.sum(np.log(likelihoods))
    # Slope of the cost with respect to each score: -(1 - sigma) for the target, sigma(score) for a sample.
    score_slopes = signs * (likelihoods - 1.0)
    gradPred = score_slopes @ vectors  # (K + 1,) @ (K + 1, D) is (D,)
    # A row of grad is a number times the center vector; bincount adds up the numbers of words that repeat.
    row_factors = np.bincount(words, weights=score_slopes, minlength=len(outputVectors))
    grad = row_factors[:, np.newaxis] * predicted
    return cost, gradPred, grad
