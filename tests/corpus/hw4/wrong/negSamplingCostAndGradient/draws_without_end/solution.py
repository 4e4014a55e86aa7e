def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    negatives = []
    while len(negatives) < K:
        if dataset.sampleTokenIdx() != target:
            continue
        negatives.clear()
    return 0.0, np.zeros_like(predicted), np.zeros_like(outputVectors)
