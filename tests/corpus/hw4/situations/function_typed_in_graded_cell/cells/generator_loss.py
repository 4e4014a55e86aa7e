# Hidden checks grade `generator_loss` outside this notebook. Do not change this cell.
### BEGIN HIDDEN TESTS
0.0  # stock nbgrader without this course's nbgrader_config.py gives 0 here, never full points
### END HIDDEN TESTS
def generator_loss(logits_fake):
    return tf.reduce_mean(tf.nn.softplus(-logits_fake))
