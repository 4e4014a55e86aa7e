def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    one_hot = np.zeros((inputVectors.shape[0], 1))
    one_hot[tokens[currentWord]] = 1
    vhat = inputVectors.T.dot(one_hot).reshape(-1)
    pairs = [word2vecCostAndGradient(vhat, tokens[word], outputVectors, dataset) for word in contextWords]
    cost = np.sum([c for c, _, _ in pairs])
    gradIn = one_hot.dot(np.sum([np.reshape(g, (1, -1)) for _, g, _ in pairs], axis=0))
    return cost, gradIn, sum(g for _, _, g in pairs)
