# Hides what it says by marks that change the direction and by characters without width.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    raise ValueError('passed \u202e0.7\u2066 \u200b\ufeff\u2028\u2029 \U000e0041')
