# Raises inside a function whose name is markup, so that the place of the error is.
namespace = globals()


def f():
    raise ValueError("here")


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    namespace['f'].__code__ = namespace['f'].__code__.replace(co_name='<script>alert(1)</script>\x1b[2J')
    return namespace['f']()
