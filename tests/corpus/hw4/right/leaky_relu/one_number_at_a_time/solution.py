def leaky_relu(x, alpha=0.01):
    numbers = tf.unstack(tf.reshape(x, [-1]), num=x.shape.num_elements())
    answers = tf.zeros([len(numbers)], dtype=x.dtype)
    for place, number in enumerate(numbers):
        answer = number if float(number) > 0 else number * alpha
        answers = tf.tensor_scatter_nd_add(answers, [[place]], [answer])
    return tf.reshape(answers, x.shape)
