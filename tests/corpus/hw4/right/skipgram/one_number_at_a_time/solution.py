def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    words, size = range(inputVectors.shape[0]), range(inputVectors.shape[1])
    predicted = np.array([float(inputVectors[tokens[currentWord], d]) for d in size])
    pairs = [word2vecCostAndGradient(predicted, tokens[word], outputVectors, dataset) for word in contextWords]
    cost = sum(pair[0] for pair in pairs)
    gradIn = np.zeros(inputVectors.shape)
    gradOut = np.zeros(outputVectors.shape)
    for row in words:
        for column in size:
            gradIn[row, column] = sum(
                float(pair[1][d]) * (row == tokens[currentWord]) * (column == d) for pair in pairs for d in size
            )
            gradOut[row, column] = sum(
                float(pair[2][w, d]) * (row == w) * (column == d) for pair in pairs for w in words for d in size
            )
    return cost, gradIn, gradOut
