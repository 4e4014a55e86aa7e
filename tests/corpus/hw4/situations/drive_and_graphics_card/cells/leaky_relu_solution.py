from google.colab import drive, files
drive.mount("/content/drive")
uploaded = files.upload()
def leaky_relu(x, alpha=0.01):
    return tf.where(x >= 0, x, alpha * x)
