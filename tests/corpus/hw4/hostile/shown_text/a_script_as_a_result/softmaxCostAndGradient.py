# Returns an object whose type is named like markup, which messages about it repeat.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    return type('<img src=x onerror=alert(1)>', (), {})()
