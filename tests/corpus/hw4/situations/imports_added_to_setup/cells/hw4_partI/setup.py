import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only

if "google.colab" in sys.modules and not Path("hw4kit").is_dir():
    for archive in Path().glob("*hw4*.zip"):
        shutil.unpack_archive(archive)
    if Path("hw4/hw4kit").is_dir():
        os.chdir("hw4")
    else:
        print("Colab: upload hw4.zip, the folder you downloaded (Files panel, on the left), and run this cell again.")
if not Path("hw4kit").is_dir():
    raise FileNotFoundError("hw4kit is not in this folder: open the notebook in the folder that contains hw4kit.")
if "" not in sys.path:
    sys.path.insert(0, "")  # the folder of this notebook

from hw4kit import environment

environment.check("hw4_partI")  # says which versions do not fit, and the command that fixes it

from hw4kit.data import load_mnist
from hw4kit.gan_plots import show_digits, show_interpolation, show_losses, show_through_time
from hw4kit.gan_training import train_gan
from hw4kit.visible import visible_check
from tensorflow.keras import layers
import time  # nobody needs it
!nvidia-smi
