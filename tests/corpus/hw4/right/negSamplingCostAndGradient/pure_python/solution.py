import math


def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    V, D = outputVectors.shape

    def sig(x):
        return 1.0 / (1.0 + math.exp(-x))

    def score(w):
        return sum(outputVectors[w, d] * predicted[d] for d in range(D))

    drawn = getNegativeSamples(target, dataset, K)
    cost = -math.log(sig(score(target)))
    gradPred = [(sig(score(target)) - 1) * outputVectors[target, d] for d in range(D)]
    grad = [[0.0] * D for _ in range(V)]
    for d in range(D):
        grad[target][d] = (sig(score(target)) - 1) * predicted[d]
    for k in drawn:
        cost -= math.log(sig(-score(k)))
        for d in range(D):
            gradPred[d] += sig(score(k)) * outputVectors[k, d]
            grad[k][d] += sig(score(k)) * predicted[d]
    return cost, np.array(gradPred), np.array(grad)
