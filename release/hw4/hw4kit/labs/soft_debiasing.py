"""The linear map of soft debiasing: the best one in closed form, and by an optimizer that does not know that form."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize


@dataclass(frozen=True)
class SoftProblem:
    """What soft debiasing minimizes, after all words have been summed up in two matrices.

        |(TW)'(TW) - W'W|^2 + lambda |(TN)'(Tb)|^2      Frobenius norms; columns of W and N are words

    With W = U S V', the first term is |S U'(T'T - I) U S|^2, because V changes no norm: a matrix of D x D takes the
    place of one of V x V. With C = W W', G = N N' and X = T'T both terms are short:
    tr (X - I) C (X - I) C + lambda b'X G X b.

    Attributes:
        words: C, the sum of w w' over all words. Shape (D, D), float64.
        neutral: G, the same over the neutral words. Shape (D, D), float64.
        direction: b, of length 1. Shape (D,), float64.
    """

    words: np.ndarray
    neutral: np.ndarray
    direction: np.ndarray

    def value(self, X: np.ndarray, weight: float) -> float:
        """Return the objective at X = T'T for a lambda."""
        apart = X - np.eye(len(X))
        toward = X @ self.direction
        return float((apart @ self.words * (self.words @ apart)).sum() + weight * toward @ self.neutral @ toward)

    def gradient(self, X: np.ndarray, weight: float) -> np.ndarray:
        """Return the gradient with respect to the symmetric matrix X. Shape (D, D), float64."""
        apart = X - np.eye(len(X))
        pull = np.outer(self.neutral @ (X @ self.direction), self.direction)
        return 2 * self.words @ apart @ self.words + weight * (pull + pull.T)


def soft_problem(vectors: np.ndarray, is_neutral: np.ndarray, direction: np.ndarray) -> SoftProblem:
    """Return the problem of these vectors.

    Args:
        vectors: One row for each word. Shape (V, D), V not below D.
        is_neutral: Which of them are neutral. Shape (V,), bool.
        direction: The gender direction, of length 1. Shape (D,).

    Raises:
        ValueError: The vectors do not span their space, so that infinitely many maps are best.
    """
    W, N = vectors.astype(np.float64), vectors[is_neutral].astype(np.float64)
    words = W.T @ W
    if np.linalg.cond(words) > 1e12:  # the inverse would be noise
        raise ValueError(
            f"The {len(W)} vectors do not span their {W.shape[1]} dimensions: soft debiasing needs more words."
        )
    return SoftProblem(words, N.T @ N, direction.astype(np.float64))


def soft_map(problem: SoftProblem, weight: float) -> np.ndarray:
    """Return the symmetric map T that minimizes the objective for a lambda. Shape (D, D), float64.

    Where the gradient is 0, X - I = -lambda/2 (p q' + q p') with p = C^-1 u, q = C^-1 b and u = G X b. The product of
    this equation with b is linear in u. The objective is convex in X, so that this is its minimum, if X is T'T for some
    T: if it has no negative eigenvalue. T is fixed by X up to a rotation of all words, which changes no inner product;
    the symmetric one turns them least.

    Raises:
        ValueError: X has a negative eigenvalue, which no vectors that were tried have shown.
    """
    b, identity = problem.direction, np.eye(len(problem.direction))
    inverse = np.linalg.inv(problem.words)
    q = inverse @ b
    system = identity + weight / 2 * problem.neutral @ (b @ q * inverse + np.outer(q, q))
    p = inverse @ np.linalg.solve(system, problem.neutral @ b)
    eigenvalues, axes = np.linalg.eigh(identity - weight / 2 * (np.outer(p, q) + np.outer(q, p)))
    if eigenvalues[0] < -1e-8:
        raise ValueError(f"For lambda = {weight:g} the best X is no T'T: choose another lambda.")
    return axes * np.sqrt(np.maximum(eigenvalues, 0)) @ axes.T


def soft_map_by_search(problem: SoftProblem, weight: float, seed: int, steps: int) -> tuple[np.ndarray, float]:
    """Return a map T and its objective, found by SciPy's L-BFGS from a random start.

    It searches M = T C^(1/2), for which the first term is |M'M - C|^2: frequent directions do not hide the others.

    Args:
        problem: What to minimize.
        weight: lambda.
        seed: Of the start.
        steps: At most so many.
    """
    size = len(problem.direction)
    sizes, axes = np.linalg.eigh(problem.words)
    root, inverse_root = axes * np.sqrt(sizes) @ axes.T, axes / np.sqrt(sizes) @ axes.T
    c, K = inverse_root @ problem.direction, inverse_root @ problem.neutral @ inverse_root

    def value_and_gradient(entries: np.ndarray) -> tuple[float, np.ndarray]:
        M = entries.reshape(size, size)
        apart, Mc = M.T @ M - problem.words, M @ c
        toward = M.T @ Mc
        pulled = K @ toward
        gradient = 4 * M @ apart + 2 * weight * (np.outer(M @ pulled, c) + np.outer(Mc, pulled))
        return float((apart**2).sum() + weight * toward @ pulled), gradient.ravel()

    start = np.random.default_rng(seed).normal(scale=size**-0.5, size=(size, size)) @ root
    options = {"maxiter": steps, "maxfun": 2 * steps, "ftol": 1e-14, "gtol": 1e-9}
    found = minimize(value_and_gradient, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(size, size) @ inverse_root, float(found.fun)
