_memo = {}
def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    negs = getNegativeSamples(target, dataset, K)
    _memo.clear()
    def sig(w):
        if w not in _memo:
            _memo[w] = sigmoid(outputVectors[w].dot(predicted))
        return _memo[w]
    cost = -np.log(sig(target)) - sum(np.log(1 - sig(w)) for w in negs)
    gradPred = (sig(target) - 1) * outputVectors[target]
    grad = np.zeros_like(outputVectors)
    grad[target] = (sig(target) - 1) * predicted
    for w in negs:
        gradPred = gradPred + sig(w) * outputVectors[w]
        grad[w] += sig(w) * predicted
    return cost, gradPred, grad
