# Raises halves of characters, which no encoding can write.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    raise ValueError('\ud800\udfff passed \udc80')
