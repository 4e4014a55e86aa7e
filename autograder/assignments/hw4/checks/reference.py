"""The right mathematics of every graded function, in float64 NumPy, with none of the students' helpers."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

DIFFERENCE = 1e-6  # for the slope of an activation: off by 1e-10 in float64

CostAndGradients = tuple[float, np.ndarray, np.ndarray]


def leaky_relu(x: np.ndarray, alpha: float) -> np.ndarray:
    """Return x where x > 0 and alpha x elsewhere (Xu et al. 2015, eq. 3, with alpha for 1/a)."""
    x = np.asarray(x, dtype=np.float64)
    return np.where(x > 0, x, alpha * x)


def relu(x: np.ndarray) -> np.ndarray:
    """Return max(x, 0)."""
    return np.maximum(np.asarray(x, dtype=np.float64), 0.0)


def identity(x: np.ndarray) -> np.ndarray:
    """Return x: the activation of a layer that has none."""
    return np.asarray(x, dtype=np.float64)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)), without overflow for any x."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=np.float64)))


def softplus(x: np.ndarray) -> np.ndarray:
    """Return log(1 + exp(x)) = -log sigmoid(-x), without overflow for any x."""
    return np.logaddexp(0.0, np.asarray(x, dtype=np.float64))


def dense_network(
    x: np.ndarray,
    layers: Sequence[tuple[np.ndarray, np.ndarray | float]],
    activations: Sequence[Callable[[np.ndarray], np.ndarray]],
) -> np.ndarray:
    """Return a3(a2(a1(x W1 + b1) W2 + b2) W3 + b3), for any number of layers.

    Args:
        x: Inputs. Shape (batch, inputs).
        layers: Kernel (inputs, units) and bias (units,) of each layer.
        activations: What is applied after each layer.
    """
    values = np.asarray(x, dtype=np.float64)
    for (kernel, bias), activation in zip(layers, activations, strict=True):
        values = activation(values @ kernel + bias)
    return values


def discriminator_loss(logits_real: np.ndarray, logits_fake: np.ndarray) -> float:
    """Return the loss of the discriminator, in nats.

    loss = -mean log sigmoid(real) - mean log(1 - sigmoid(fake))      Goodfellow et al. 2014, eq. 1
    """
    return float(softplus(-logits_real).mean() + softplus(logits_fake).mean())


def generator_loss(logits_fake: np.ndarray) -> float:
    """Return the loss of the generator, in nats, in the form that does not saturate.

    loss = -mean log sigmoid(fake)      Goodfellow et al. 2014, section 3
    """
    return float(softplus(-logits_fake).mean())


def adam_path(
    start: np.ndarray, gradients: Iterable[np.ndarray], learning_rate: float, beta1: float,
    beta2: float = 0.999, epsilon: float = 1e-7,
) -> list[np.ndarray]:  # fmt: skip
    """Return a variable after each Adam step (Kingma and Ba 2015, algorithm 1).

    m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,  x -= rate * m_hat / (sqrt(v_hat) + epsilon)
    """
    x, path = np.asarray(start, dtype=np.float64), []
    m, v = np.zeros(x.shape), np.zeros(x.shape)
    for step, gradient in enumerate(gradients, start=1):
        gradient = np.asarray(gradient, dtype=np.float64)
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
        x = x - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(x)
    return path


def softmax_cost_and_gradients(center: np.ndarray, target: int, outputs: np.ndarray) -> CostAndGradients:
    """Return the softmax cross-entropy of one pair, in nats, and its gradients.

    cost = log sum_w exp(u_w . v) - u_target . v      Mikolov et al. 2013b, eq. 2
    d cost / d v = U^T (yhat - y),  d cost / d u_w = (yhat_w - y_w) v

    Args:
        center: Vector v of the center word. Shape (D,).
        target: Row of the true context word.
        outputs: Output vectors U. Shape (V, D).
    """
    scores = outputs @ center
    log_total = np.logaddexp.reduce(scores)
    error = np.exp(scores - log_total)
    error[target] -= 1.0
    return float(log_total - scores[target]), error @ outputs, np.outer(error, center)


def negative_sampling_cost_and_gradients(
    center: np.ndarray, target: int, outputs: np.ndarray, negatives: Sequence[int]
) -> CostAndGradients:
    """Return the negative-sampling cost of one pair, in nats, and its gradients.

    cost = -log sigma(u_target . v) - sum_k log sigma(-u_k . v)      Mikolov et al. 2013b, eq. 4
    A word that is drawn m times counts m times.
    d cost / d u_w = (sigma(u_w . v) - label_w) v for every word of the sum

    Args:
        center: Vector v of the center word. Shape (D,).
        target: Row of the true context word.
        outputs: Output vectors U. Shape (V, D).
        negatives: Rows of the drawn words, as often as they were drawn.
    """
    cost, slopes = 0.0, np.zeros(len(outputs))
    for word, label in [(target, 1.0), *((negative, 0.0) for negative in negatives)]:
        score = outputs[word] @ center
        cost += float(softplus(-score if label else score))
        slopes[word] += sigmoid(score) - label
    return cost, slopes @ outputs, np.outer(slopes, center)


def skipgram(
    center: int, context: Sequence[int], inputs: np.ndarray, outputs: np.ndarray,
    cost_function: Callable[[np.ndarray, int, np.ndarray], CostAndGradients],
) -> CostAndGradients:  # fmt: skip
    """Return cost and gradients of one window: the sum over its context words (Mikolov et al. 2013b, eq. 1).

    Args:
        center: Row of the center word.
        context: Rows of the context words, as often as they occur.
        inputs: Input vectors. Shape (V, D).
        outputs: Output vectors. Shape (V, D).
        cost_function: Cost and gradients of one pair, from the center's vector, the context word's row and `outputs`.
    """
    cost, grad_inputs, grad_outputs = 0.0, np.zeros(inputs.shape), np.zeros(outputs.shape)
    for word in context:
        pair_cost, grad_center, grad_pair = cost_function(inputs[center], word, outputs)
        cost += pair_cost
        grad_inputs[center] += grad_center
        grad_outputs += grad_pair
    return cost, grad_inputs, grad_outputs


def dense_network_slopes(
    x: np.ndarray,
    layers: Sequence[tuple[np.ndarray, np.ndarray | float]],
    activations: Sequence[Callable[[np.ndarray], np.ndarray]],
    cotangent: np.ndarray,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, for each layer of `dense_network`, what it is given and the slope of sum(cotangent * network(x)).

    slope_3 = cotangent * a3'(z3),  slope_l = (slope_(l+1) W_(l+1)^T) * a_l'(z_l)      Rumelhart et al. 1986

    Args:
        x: Inputs. Shape (batch, inputs).
        layers: Kernel (inputs, units) and bias (units,) of each layer.
        activations: What is applied after each layer.
        cotangent: Shape (batch, outputs).

    Returns:
        Inputs (batch, inputs) of each layer, and the slope (batch, units) at its weighted sums z.
    """
    given, sums = [np.asarray(x, dtype=np.float64)], []
    for (kernel, bias), activation in zip(layers, activations, strict=True):
        sums.append(given[-1] @ kernel + bias)
        given.append(activation(sums[-1]))
    slope, slopes = np.asarray(cotangent, dtype=np.float64), []
    kernels = [kernel for kernel, _ in layers]
    for z, activation, kernel in zip(sums[::-1], list(activations)[::-1], kernels[::-1], strict=True):
        slope = slope * (activation(z + DIFFERENCE) - activation(z - DIFFERENCE)) / (2 * DIFFERENCE)
        slopes.append(slope)
        slope = slope @ kernel.T
    return list(zip(given[:-1], slopes[::-1], strict=True))
