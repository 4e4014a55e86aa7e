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
    raise NotImplementedError("Replace this line with your code, then run the cell again.")
