"""Where training runs, and how precisely it computes."""

import torch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

COMPUTES_IN_BFLOAT16 = DEVICE == "cuda" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")
"""Other CPUs have to emulate it, which takes 20 times as long as float32."""
