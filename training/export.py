"""A trained sentence-transformers folder as the file that ships: ONNX with 8-bit weights, and its tokenizer.

    python training/export.py MODEL_FOLDER OUT_FOLDER

The whole way from pieces to a vector of unit length is in the graph: encoder, mean over the pieces, linear
map. Weights are 8-bit integers, one scale a column; activations are quantised as they come. Says how far the
vectors of some texts moved by that.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional

from parkbot.models.student import StudentEmbedder

LONGEST = 512
TEXTS = [
    "园区余热怎么利用？",
    "How often must key energy users report?",
    "重点用能单位应当每年向管理节能工作的部门报送上年度的能源利用状况报告。",
    "未按照规定报送的，处一万元以上五万元以下罚款。",
]


class Graph(torch.nn.Module):
    """Pieces to vectors."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.encoder = model[0].auto_model.eval()
        self.dense = next(module.linear for module in model if hasattr(module, "linear"))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Vectors [batch][dimensions] of texts [batch][pieces]."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return functional.normalize(self.dense(functional.normalize(mean, dim=1)), dim=1)


def write(model: SentenceTransformer, folder: Path) -> Path:
    """The graph with weights of 32 bits."""
    graph = Graph(model)
    plain = folder / "plain.onnx"
    with torch.no_grad():
        torch.onnx.export(
            graph,
            (torch.ones(2, 7, dtype=torch.int64), torch.ones(2, 7, dtype=torch.int64)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "pieces"},
                "attention_mask": {0: "batch", 1: "pieces"},
                "vector": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
    return plain


def main() -> None:
    """Exports and compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", default="parkbot-small-2")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    eager = {"attn_implementation": "eager"}
    model = SentenceTransformer(str(options.model), device="cpu", model_kwargs=eager)
    target = options.out / "model.onnx"
    with tempfile.TemporaryDirectory() as work:
        plain = write(model, Path(work))
        prepared = Path(work) / "prepared.onnx"
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            str(prepared),
            str(target),
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )
    tokenizer = json.loads((options.model / "tokenizer.json").read_text(encoding="utf-8"))
    compact = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (options.out / "tokenizer.json").write_text(compact, encoding="utf-8")
    about = {"name": options.name, "dimensions": model.get_embedding_dimension()}
    about |= {name: sha256(options.out / name) for name in ("model.onnx", "tokenizer.json")}
    (options.out / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    onnx.checker.check_model(str(target))

    ours = StudentEmbedder(options.out)
    vectors = np.array([ours.embed_query(text) for text in TEXTS])
    same = (model.encode_query(TEXTS, normalize_embeddings=True) * vectors).sum(1)
    print(json.dumps({"bytes": target.stat().st_size, "cosine": [round(float(each), 4) for each in same]}))


def sha256(path: Path) -> str:
    """The checksum that is looked at when the model is loaded."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
