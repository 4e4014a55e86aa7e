from functools import reduce
def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient=softmaxCostAndGradient):
    k = tokens[currentWord]
    def add(acc, w):
        c, gp, g = word2vecCostAndGradient(inputVectors[k], tokens[w], outputVectors, dataset)
        acc[0] += c; acc[1][k] += gp; acc[2] += g
        return acc
    return tuple(reduce(add, contextWords, [0.0, np.zeros(inputVectors.shape), np.zeros(outputVectors.shape)]))
