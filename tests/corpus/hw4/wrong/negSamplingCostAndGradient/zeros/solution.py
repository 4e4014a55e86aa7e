def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    getNegativeSamples(target, dataset, K)
    return 0.0, np.zeros_like(predicted), np.zeros_like(outputVectors)
