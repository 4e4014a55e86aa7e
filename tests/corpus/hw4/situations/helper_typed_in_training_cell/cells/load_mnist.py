def dense(units):
    return tf.keras.layers.Dense(units)


images = load_mnist()[:1000]
print(f"images: {images.shape}, {images.dtype}, from {images.min():.0f} to {images.max():.0f}")
