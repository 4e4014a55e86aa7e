# Raises a text without end and without a space, in letters that take four bytes.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    raise ValueError('\U0001f600' * 10**7)
