with visible_check("leaky_relu") as see:
    see("mine, too", float(leaky_relu(tf.constant(-1.0))) < 0, "")
