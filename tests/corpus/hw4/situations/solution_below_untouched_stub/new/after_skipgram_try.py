def skipgram(
    currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
    word2vecCostAndGradient=softmaxCostAndGradient,
):
    """Return the skip-gram cost of one center word with its context, and its gradients.

    Args:
        currentWord: The center word.
        C: Largest number of context words on each side.
        contextWords: The words of the context, 1 to 2C of them.
        tokens: Index of each word.
        inputVectors: Vectors of center words, one per row. Shape (V, D), float64.
        outputVectors: Vectors of context words. Shape (V, D), float64.
        dataset: Passed to the cost function.
        word2vecCostAndGradient: Cost and gradients of one pair, called with (predicted, target, outputVectors, dataset).

    Returns:
        cost: A float, in nats.
        gradIn: Gradient with respect to inputVectors. Shape (V, D).
        gradOut: Gradient with respect to outputVectors. Shape (V, D).
    """
    center = tokens[currentWord]
    predicted = inputVectors[center]  # (D,)
    cost = 0.0
    gradIn = np.zeros_like(inputVectors)
    gradOut = np.zeros_like(outputVectors)
    for word in contextWords:
        pair_cost, gradPred, grad = word2vecCostAndGradient(predicted, tokens[word], outputVectors, dataset)
        cost += pair_cost
        gradIn[center] += gradPred  # every pair of this example has the same center
        gradOut += grad
    return cost, gradIn, gradOut
