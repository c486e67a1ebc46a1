"""EmbeddingGemma's encoder (a Gemma 3 whose pieces see each other in both directions), as much as is needed.

Its lower layers are what the verifier is made of. The implementation is our own: it gives the states that
transformers' gives, and exports to ONNX as it stands. `load` reads the weights out of EmbeddingGemma's own
folder, or out of one with a smaller vocabulary, as vocabulary.py writes it.

Gemma 3: arXiv 2503.19786; EmbeddingGemma: arXiv 2509.20354.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, INNER = 768, 1152
HEADS, HEAD = 3, 256
"""Heads of queries, all with the same keys and values, and the width of one."""
LAYERS = 24
EVERY_WIDE = 6
"""Of so many layers the last sees the whole text, the others as far as NEAR pieces away."""
NEAR = 256
BASE_NEAR, BASE_WIDE = 1e4, 1e6
"""Bases of the rotary positions in either kind of layer."""
LONGEST = 512
"""Pieces, as far as positions are prepared."""
UNSEEN = -1e4
"""Added to the scores of pieces that are not seen; finite, as padding may see none at all."""
EPSILON = 1e-6


class Norm(nn.Module):
    """Division by the root mean square, in 32 bits; `weight` is told from 1."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Over the last dimension."""
        x = x.float()
        # Written as onnxruntime knows it, which makes one step of it.
        return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * (1 + self.weight)


class Attention(nn.Module):
    """Attention of several heads of queries over one of keys and values, with rotary positions."""

    def __init__(self) -> None:
        super().__init__()
        self.q_proj = nn.Linear(WIDTH, HEADS * HEAD, bias=False)
        self.k_proj = nn.Linear(WIDTH, HEAD, bias=False)
        self.v_proj = nn.Linear(WIDTH, HEAD, bias=False)
        self.o_proj = nn.Linear(HEADS * HEAD, WIDTH, bias=False)
        self.q_norm, self.k_norm = Norm(HEAD), Norm(HEAD)

    def forward(self, x: Tensor, turn: Tensor, unseen: Tensor | None) -> Tensor:
        """`turn` [2][pieces][HEAD]: cosines, sines; `unseen` is added to scores [batch][heads][from][to]."""
        query, key, value = (
            part(x).unflatten(-1, (-1, HEAD)).transpose(1, 2)
            for part in (self.q_proj, self.k_proj, self.v_proj)
        )
        query, key = _turned(self.q_norm(query), turn), _turned(self.k_norm(key), turn)
        key, value = key.expand_as(query), value.expand_as(query)
        found = functional.scaled_dot_product_attention(query, key, value, unseen)
        result: Tensor = self.o_proj(found.transpose(1, 2).flatten(2))
        return result


def _turned(x: Tensor, turn: Tensor) -> Tensor:
    """By its positions (Su et al. 2021, arXiv 2104.09864), the halves being the two axes of each plane."""
    return x * turn[0] + torch.cat([-x[..., HEAD // 2 :], x[..., : HEAD // 2]], -1) * turn[1]


class Gated(nn.Module):
    """The part of a layer that looks at each piece alone."""

    def __init__(self) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(WIDTH, INNER, bias=False)
        self.up_proj = nn.Linear(WIDTH, INNER, bias=False)
        self.down_proj = nn.Linear(INNER, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Of states."""
        gate = functional.gelu(self.gate_proj(x), approximate="tanh")
        result: Tensor = self.down_proj(gate * self.up_proj(x))
        return result


class Layer(nn.Module):
    """One of the encoder's."""

    def __init__(self) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(), Gated()
        self.input_layernorm, self.post_attention_layernorm = Norm(WIDTH), Norm(WIDTH)
        self.pre_feedforward_layernorm, self.post_feedforward_layernorm = Norm(WIDTH), Norm(WIDTH)

    def forward(self, x: Tensor, turn: Tensor, unseen: Tensor | None) -> Tensor:
        """As `Attention`."""
        x = x + self.post_attention_layernorm(self.self_attn(self.input_layernorm(x), turn, unseen))
        result: Tensor = x + self.post_feedforward_layernorm(self.mlp(self.pre_feedforward_layernorm(x)))
        return result


class Encoder(nn.Module):
    """Pieces → states; its weights have the names that they have in EmbeddingGemma's file."""

    near: Tensor
    wide: Tensor

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(pieces, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.norm = Norm(WIDTH)
        self.register_buffer("near", _turns(BASE_NEAR), persistent=False)
        self.register_buffer("wide", _turns(BASE_WIDE), persistent=False)

    def embed(self, pieces: Tensor) -> Tensor:
        """[batch][pieces] → [batch][pieces][WIDTH], what `forward` takes."""
        result: Tensor = self.embed_tokens(pieces) * WIDTH**0.5
        return result

    def forward(self, x: Tensor, present: Tensor | None = None) -> Tensor:
        """States [batch][pieces][WIDTH]; `present` [batch][pieces]: 1 for pieces, 0 for padding."""
        pieces = x.shape[1]
        at = torch.arange(pieces, device=x.device)
        far = ((at[:, None] - at).abs() > NEAR) * UNSEEN
        absent = None if present is None else (1 - present)[:, None, None] * UNSEEN
        for number, layer in enumerate(self.layers, 1):
            if number % EVERY_WIDE:
                x = layer(x, self.near[:, :pieces], far if absent is None else far + absent)
            else:
                x = layer(x, self.wide[:, :pieces], absent)
        result: Tensor = self.norm(x)
        return result


def _turns(base: float) -> Tensor:
    """Cosine and sine of each position's angles, [2][LONGEST][HEAD]."""
    frequencies = base ** -(torch.arange(0, HEAD, 2) / HEAD)
    angles = torch.arange(LONGEST)[:, None] * frequencies.repeat(2)
    return torch.stack([angles.cos(), angles.sin()])


def load(folder: Path, layers: int = LAYERS) -> Encoder:
    """The encoder of a folder, with its lower layers only."""
    upper = tuple(f"layers.{number}." for number in range(layers, LAYERS))
    weights = load_file(folder / "model.safetensors")
    weights = {name: weight for name, weight in weights.items() if not name.startswith(upper)}
    encoder = Encoder(len(weights["embed_tokens.weight"]), layers)
    encoder.load_state_dict(weights)
    return encoder
