def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    center = tokens.get(currentWord)
    v_hat = inputVectors[center].copy()
    cost, gradIn, gradOut = 0, inputVectors * 0, outputVectors * 0
    for j in contextWords:
        cc, gp, gg = word2vecCostAndGradient(v_hat, tokens[j], outputVectors, dataset)
        cost, gradOut = cost + cc, gradOut + gg
        gradIn[center] += np.asarray(gp).flatten()
    return cost, gradIn, gradOut
