class DummyDataset:
    """Draws the words 0 to 4 in a fixed order; restart() starts the order again."""

    order = (3, 0, 3, 1, 4, 2, 0, 3)

    def __init__(self):
        self.drawn = 0

    def restart(self):
        self.drawn = 0

    def sampleTokenIdx(self):
        self.drawn += 1
        return self.order[(self.drawn - 1) % len(self.order)]


dummy = DummyDataset()
dummy_tokens = {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}

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
