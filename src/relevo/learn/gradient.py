"""`gradients` and `Adam`: how the weights of a network move."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from relevo.learn.network_predictor import NetworkPredictor, Singles

_MEAN_DECAY, _SQUARE_DECAY = 0.9, 0.98
_TINY = 1e-8


def gradients(
    network: NetworkPredictor,
    inputs: Singles,
    slope: Callable[[Singles], Singles],
    dropout: float,
    random: np.random.Generator,
) -> list[Singles]:
    """The slopes of a loss by the network's weights, then by its biases (backpropagation).

    Parameters
    ----------
    network
        One network, or several side by side on the same rows.
    inputs
        Shape `(n_rows, n_inputs)`.
    slope
        From outputs `(n_networks, n_rows, n_outputs)` to the loss's slope by them, same shape.
    dropout
        The share of hidden units that is left out at random.
    random
        Chooses these.

    """
    layers = list(zip(network.weights, network.biases, strict=True))
    hidden: list[Singles] = [inputs]
    bend: list[Singles] = []
    for weight, bias in layers[:-1]:
        sums = np.matmul(hidden[-1], weight) + bias
        with np.errstate(over="ignore"):
            gate = 1.0 / (1.0 + np.exp(-sums))
        answer = sums * gate
        by_sum = gate * (1.0 + sums - answer)
        if dropout:
            kept = (random.random(sums.shape, dtype=np.float32) >= dropout) / np.float32(
                1 - dropout
            )
            answer *= kept
            by_sum *= kept
        hidden.append(answer)
        bend.append(by_sum)
    last_weight, last_bias = layers[-1]
    back = slope(np.matmul(hidden[-1], last_weight) + last_bias)
    by_weight: list[Singles] = []
    by_bias: list[Singles] = []
    for place in range(len(layers) - 1, -1, -1):
        by_weight.append(np.matmul(hidden[place].swapaxes(-1, -2), back))
        by_bias.append(back.sum(axis=1, keepdims=True))
        if place:
            back = np.matmul(back, layers[place][0].swapaxes(1, 2)) * bend[place - 1]
    return by_weight[::-1] + by_bias[::-1]


class Adam:
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019); biases do not decay.

    Parameters
    ----------
    parameters
        Changed in place by each step: the weights, then as many biases.
    decay
        Of the weights, for each step as a share of the rate.

    """

    def __init__(self, parameters: Sequence[Singles], decay: float) -> None:
        self.parameters = parameters
        self.decays = [decay] * (len(parameters) // 2) + [0.0] * (len(parameters) // 2)
        self.means = [np.zeros_like(one) for one in parameters]
        self.squares = [np.zeros_like(one) for one in parameters]
        self.steps = 0

    def step(self, slopes: Sequence[Singles], rate: float) -> None:
        """Move all parameters against their slopes."""
        self.steps += 1
        mean_share = 1.0 - _MEAN_DECAY**self.steps
        square_share = np.sqrt(1.0 - _SQUARE_DECAY**self.steps)
        for parameter, mean, square, slope, decay in zip(
            self.parameters, self.means, self.squares, slopes, self.decays, strict=True
        ):
            mean += (1.0 - _MEAN_DECAY) * (slope - mean)
            square += (1.0 - _SQUARE_DECAY) * (slope * slope - square)
            if decay:
                parameter *= np.float32(1.0 - rate * decay)
            move = np.sqrt(square)
            move /= np.float32(square_share)
            move += np.float32(_TINY)
            np.divide(mean, move, out=move)
            move *= np.float32(rate / mean_share)
            parameter -= move
