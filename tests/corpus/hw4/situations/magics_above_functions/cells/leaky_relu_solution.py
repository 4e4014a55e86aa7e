%matplotlib widget
%load_ext tensorboard
%tensorflow_version 2.x
%config InlineBackend.figure_format = "retina"
def leaky_relu(x, alpha=0.01):
    return tf.where(x >= 0, x, alpha * x)
