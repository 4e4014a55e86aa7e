# %% solution plotting
def plot_squares(n):
    plt.plot(range(n + 1), [i**2 for i in range(n + 1)])
    plt.plot(range(n + 1), range(n + 1))
    return plt.gca()


def bars(counts):
    plt.figure()
    plt.bar(range(len(counts)), [1 for _ in counts])

# %% solution network
def make_model(inputs, hidden):
    return tf.keras.Sequential(
        [tf.keras.Input((inputs,)), tf.keras.layers.Dense(hidden, activation="tanh"), tf.keras.layers.Dense(1)]
    )


def mean_square(x):
    return tf.reduce_sum(tf.square(x))
