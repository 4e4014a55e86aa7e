import numpy as np
import tensorflow as tf


def generator_loss(logits_fake):
    return tf.constant(np.mean(np.log1p(np.exp(-logits_fake))), tf.float32)
