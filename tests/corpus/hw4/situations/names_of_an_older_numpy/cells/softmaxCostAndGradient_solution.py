def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    scores = np.asfarray(outputVectors) @ np.asfarray(predicted)
    highest = -np.Inf
    for score in scores:
        highest = max(highest, np.float_(score))
    exponentials = np.exp(scores - highest)
    shares = np.asarray(exponentials / exponentials.sum(), dtype=np.float_)
    cost = -np.log(shares[target])
    shares[target] -= 1
    slopes = np.asarray(np.mat(shares).T * np.mat(predicted))
    return cost, shares @ outputVectors, slopes
