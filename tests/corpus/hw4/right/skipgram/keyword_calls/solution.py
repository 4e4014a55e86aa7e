def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    row = tokens[currentWord]
    gradIn, gradOut, cost = np.zeros_like(inputVectors), np.zeros_like(outputVectors), 0.0
    for word in contextWords:
        result = word2vecCostAndGradient(
            predicted=inputVectors[row, :], target=tokens[word], outputVectors=outputVectors, dataset=dataset
        )
        cost = cost + result[0]
        gradIn[row, :] = gradIn[row, :] + result[1]
        gradOut = gradOut + result[2]
    return cost, gradIn, gradOut
