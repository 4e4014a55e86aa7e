def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    s = outputVectors @ predicted
    top = s.max()
    lse = top + np.log(np.sum(np.exp(s - top)))
    error = np.exp(s - lse) - (np.arange(len(s)) == target)
    return float(lse - s[target]), np.einsum("v,vd->d", error, outputVectors), np.einsum("v,d->vd", error, predicted)
