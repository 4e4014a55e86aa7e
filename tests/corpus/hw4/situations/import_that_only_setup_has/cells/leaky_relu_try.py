import sys
with visible_check("leaky_relu") as see:
    x = tf.constant([[-30.0, -2.0, 0.0], [0.5, 8.0, 100.0]])
    y = leaky_relu(x, alpha=0.1)
    see("a TensorFlow tensor", tf.is_tensor(y), type(y).__name__)
    see("the shape (2, 3) is kept", tuple(y.shape) == (2, 3), tuple(y.shape))
    see("float32 stays float32", y.dtype == tf.float32, y.dtype.name)
    see("with alpha = 0.1, -30 and -2 become -3 and -0.2", np.allclose(y[0, :2], [-3, -0.2]), np.array(y[0, :2]))
    see("0, 0.5, 8 and 100 stay what they are", np.allclose([*y[0, 2:], *y[1]], [0, 0.5, 8, 100]), np.ravel(y)[2:])
    first = float(leaky_relu(x)[0, 0])
    see("without alpha, -30 becomes -0.3", np.isclose(first, -0.3), f"{first:.4f}")
    wide = leaky_relu(tf.cast(x, tf.float64)).dtype
    see("float64 stays float64, or becomes float32", wide in (tf.float64, tf.float32), wide.name)
