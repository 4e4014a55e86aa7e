%%bash
nvidia-smi
