# %% text
# Plots and small networks

# %% given
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% solution plotting
def plot_squares(n):
    """Plot the squares of 0 to n as a line, with a title and labels of both axes; return the axes."""
    ### BEGIN SOLUTION
    figure, axes = plt.subplots()
    axes.plot(range(n + 1), [i**2 for i in range(n + 1)], label="squares")
    axes.set_title("Squares")
    axes.set_xlabel("n")
    axes.set_ylabel("n squared")
    axes.legend()
    return axes
    ### END SOLUTION


def bars(counts):
    """Draw a bar for each entry of a dict on the current axes."""
    ### BEGIN SOLUTION
    plt.figure()
    plt.bar(list(counts), list(counts.values()))
    plt.title("Counts")
    ### END SOLUTION

# %% test plot_squares_axes 2
axes = plot_squares(3)
assert len(axes.lines) == 1 and axes.get_title() != ""
assert axes.get_xlabel() and axes.get_ylabel()
assert axes.lines[0].get_ydata().tolist() == [0, 1, 4, 9]
assert [text.get_text() for text in axes.get_legend().get_texts()] == ["squares"]
plt.close("all")

# %% test bars_current_axes 2
bars({"a": 3, "b": 5})
patches = plt.gca().patches
assert [patch.get_height() for patch in patches] == [3, 5]
assert plt.gca().get_title() == "Counts"
plt.close("all")

# %% solution network
def make_model(inputs, hidden):
    """Return a Keras model: `inputs` numbers, a Dense layer of `hidden` with ReLU, one output."""
    ### BEGIN SOLUTION
    return tf.keras.Sequential(
        [tf.keras.Input((inputs,)), tf.keras.layers.Dense(hidden, activation="relu"), tf.keras.layers.Dense(1)]
    )
    ### END SOLUTION


def mean_square(x):
    """Return the mean of the squares of a tensor, as a tensor."""
    ### BEGIN SOLUTION
    return tf.reduce_mean(tf.square(x))
    ### END SOLUTION

# %% test model_layers 2
model = make_model(4, 8)
assert len(model.layers) == 2
assert model.count_params() == 4 * 8 + 8 + 8 + 1
assert model.input_shape == (None, 4) and model.output_shape == (None, 1)
assert [tuple(weight.shape) for weight in model.weights] == [(4, 8), (8,), (8, 1), (1,)]

# %% test model_values 2
model = make_model(2, 3)
x = np.array([[1.0, -1.0], [0.5, 2.0]], dtype="float32")
weights = [np.full(shape, 0.5, dtype="float32") for shape in ((2, 3), (3,), (3, 1), (1,))]
model.set_weights(weights)
expected = np.maximum(x @ weights[0] + weights[1], 0) @ weights[2] + weights[3]
assert np.allclose(model(x), expected)
assert np.allclose(model.predict(x, verbose=0), expected, atol=1e-5)

# %% test mean_square_values 1
value = mean_square(tf.constant([1.0, 2.0, 3.0]))
assert np.isclose(float(value), 14 / 3)
assert value.dtype == tf.float32 and value.shape == ()
assert np.isclose(value.numpy(), 14 / 3)
