"""The trained verifier as the files that ship: ONNX with 8-bit and 4-bit weights, tokenizer, threshold.

    python training/export_verifier.py WORK src/parkbot/verification/model

Matrices are 8-bit integers, one scale a column, and activations are quantised as they come; the table of
pieces, over two fifths of all weights, has 4 bits, one scale for BLOCK of them. Reads WORK/verifier.pt
(verifier.py). The threshold is claims.py's, by the scores of the exported network as ParkBot runs it.

On two cores: a minute, and for the scores some ten.
"""

import argparse
import hashlib
import json
import logging
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from rich.progress import track

from claims import Case, cases, curve, held_out, threshold
from gemma import Encoder
from parkbot.verification import Entailment
from parkbot.verification.entailment import FILES
from parkbot.verification.judging import SIGNALS
from verifier import SHIPPED, Network

NAME = "parkbot-verifier-2"
BLOCK = 32
_EMBEDDINGS = "encoder.embed_tokens.weight"


def trained(file: Path, layers: int = SHIPPED.layers) -> Network:
    """The network whose weights a file holds."""
    weights = torch.load(file, map_location="cpu")
    network = Network(Encoder(len(weights[_EMBEDDINGS]), layers))
    network.load_state_dict(weights)
    return network.eval()


def write(network: Network, folder: Path) -> Path:
    """The graph for one claim, without padding, with weights of 32 bits."""
    plain, prepared = folder / "plain.onnx", folder / "prepared.onnx"
    with torch.no_grad():
        torch.onnx.export(
            network,
            (torch.ones(1, 9, dtype=torch.int64), torch.tensor([3]), torch.zeros(1, len(SIGNALS))),
            str(plain),
            input_names=["pieces", "claim", "signals"],
            output_names=["logits"],
            dynamic_axes={"pieces": {1: "pieces"}},
            opset_version=20,  # the first that has GELU
            dynamo=False,
        )
    quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
    return prepared


def quantise(prepared: Path, target: Path) -> None:
    """The table in 4 bits, then the matrices in 8."""
    config = DefaultWeightOnlyQuantConfig(
        block_size=BLOCK,
        is_symmetric=True,
        bits=4,
        op_types_to_quantize=("Gather",),
        quant_axes=(("Gather", 1),),
    )
    table = MatMulNBitsQuantizer(onnx.load(prepared), algo_config=config)
    table.process()
    half = prepared.with_name("half.onnx")
    table.model.save_model_to_file(str(half), False)
    quantize_dynamic(
        str(half),
        str(target),
        per_channel=True,
        reduce_range=True,  # 7 bits: with 8, sums of 16 bits overflow on processors without VNNI
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )


def describe(folder: Path, passes_from: float) -> None:
    """Write about.json beside the files."""
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    about = {"name": NAME, "threshold": passes_from, **sums}
    (folder / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def scored(entailment: Entailment, case: Case) -> float:
    """How surely a claim is supported, where the network is asked."""
    if case.decided is not None:
        return float(case.decided)
    return entailment.score(case.claim.text, case.claim.premises, case.signals)


def fitted(folder: Path, cases: list[Case]) -> float:
    """The highest threshold of the sets that are held out; says how each of them is judged."""
    entailment = Entailment(folder)
    thresholds = []
    for name, rows in held_out(cases).items():
        part = [cases[row] for row in rows]
        scores = np.array([scored(entailment, case) for case in track(part, description=name)])
        thresholds.append(threshold(part, scores))
        print(json.dumps({name: curve(part, scores), "threshold": thresholds[-1]}), flush=True)
    return max(thresholds)


def main() -> None:
    """Export, quantise, fit the threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.INFO)  # onnxruntime names every node
    with tempfile.TemporaryDirectory() as folder:
        prepared = write(trained(options.work / "verifier.pt"), Path(folder))
        quantise(prepared, options.out / "model.onnx")
    shutil.copy(options.work / "gemma" / "tokenizer.json", options.out / "tokenizer.json")
    describe(options.out, 1.0)
    describe(options.out, fitted(options.out, cases(options.work)))


if __name__ == "__main__":
    main()
