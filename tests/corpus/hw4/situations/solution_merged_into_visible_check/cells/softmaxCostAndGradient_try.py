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

with visible_check("softmaxCostAndGradient") as see:
    rng = np.random.default_rng(SEED)
    center, vectors = rng.normal(size=3), rng.normal(size=(5, 3))
    cost, gradPred, grad = softmaxCostAndGradient(center, 2, vectors, dummy)
    see("gradPred has 3 numbers, one for each dimension", np.size(gradPred) == 3, np.shape(gradPred))
    see("grad has 5 rows of 3, one for each word", np.shape(grad) == (5, 3), np.shape(grad))

    cost = softmaxCostAndGradient(center, 2, np.zeros((5, 3)), dummy)[0]
    see("five words of the same score cost log 5 = 1.6094", np.allclose(cost, 1.609438), cost)
    scores = np.log([[0.5], [0.3], [0.2]])  # D is 1 here, so that the probabilities are 0.5, 0.3 and 0.2
    cost, gradPred, _ = softmaxCostAndGradient(np.ones(1), 1, scores, dummy)
    see("a target of probability 0.3 costs -log 0.3 = 1.2040", np.allclose(cost, 1.203973), cost)
    see("and gradPred is 0.1743 there", np.allclose(gradPred, 0.174320), gradPred)

    def by_center(x):
        cost, gradPred, _ = softmaxCostAndGradient(x, 2, vectors, dummy)
        return cost, np.ravel(gradPred)

    def by_vectors(x):
        cost, _, grad = softmaxCostAndGradient(center, 2, x, dummy)
        return cost, grad

    check = gradcheck_naive(by_center, center)
    see("gradPred agrees with the slopes of your cost", check, check)
    check = gradcheck_naive(by_vectors, vectors)
    see("grad agrees with the slopes of your cost", check, check)
