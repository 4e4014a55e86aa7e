# Raises what template engines, Markdown and TeX would expand.

def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    raise ValueError('{{ 7 * 7 }} {% raw %} ${7*7} [click](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ {0.__class__}')
