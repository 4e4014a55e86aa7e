def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    i = tokens[currentWord]
    results = [word2vecCostAndGradient(inputVectors[i], tokens[w], outputVectors, dataset) for w in contextWords]
    costs, ins, outs = zip(*results)
    gradIn = np.zeros_like(inputVectors)
    gradIn[i] = np.sum(ins, axis=0)
    return sum(costs), gradIn, np.sum(outs, axis=0)
