def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    gradIn = np.zeros(inputVectors.shape)
    rows = [tokens[word] for word in contextWords]
    v_hat = inputVectors[rows].sum(axis=0)
    cost, gin, gradOut = word2vecCostAndGradient(v_hat, tokens[currentWord], outputVectors, dataset)
    for row in rows:
        gradIn[row] += gin
    return cost, gradIn, gradOut
