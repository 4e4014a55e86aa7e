def softmax(x):
    """Return exp(x) scaled to sum to 1: over a vector, a single row or column, each row of a matrix. The shape of x."""
    scores = np.asarray(x)
    axis = 0 if scores.ndim == 2 and scores.shape[1] == 1 else -1
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))  # the largest exponent is 0: no overflow
    probabilities = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return np.asmatrix(probabilities) if isinstance(x, np.matrix) else probabilities


def sigmoid(x):
    """Return 1 / (1 + exp(-x)) for each number in x. The shape of x."""
    return np.where(x > 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def normalizeRows(x):
    """Return x with each row scaled to length 1. The shape of x, (V, D)."""
    return x / np.linalg.norm(np.asarray(x), axis=1, keepdims=True)


def getNegativeSamples(target, dataset, K):
    """Return a list of K word indices drawn from the dataset, none of them the target; some may be equal."""
    samples = []
    while len(samples) < K:
        drawn = dataset.sampleTokenIdx()
        if drawn != target:
            samples.append(drawn)
    return samples


def not_written(*arguments):
    """Replace a function of yours whose cell has not run, so that later cells can run."""
    raise NotImplementedError("the cell of this function did not run")


if "softmaxCostAndGradient" not in globals():  # the first line of skipgram needs it
    softmaxCostAndGradient = not_written
