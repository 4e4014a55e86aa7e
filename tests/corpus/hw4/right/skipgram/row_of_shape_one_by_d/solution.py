def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    center = [tokens[currentWord]]
    gradIn, gradOut, cost = np.zeros_like(inputVectors), np.zeros_like(outputVectors), 0.0
    for word in contextWords:
        one_cost, one_in, one_out = word2vecCostAndGradient(inputVectors[center], tokens[word], outputVectors, dataset)
        cost += one_cost
        gradIn[center] += one_in
        gradOut += one_out
    return cost, gradIn, gradOut
