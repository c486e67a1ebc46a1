"""EmbeddingGemma with the vocabulary that Chinese and English claims need.

    python training/vocabulary.py EMBEDDINGGEMMA WORK --texts FILE_OR_FOLDER…

Of 262,144 pieces those stay in which the claims and their texts, the lines of the FILEs and frequent words of
either language are written, the special ones and the bytes: what is cut can still be written, byte by byte.
A text's pieces stay the same as long as all stay that byte-pair encoding passes through on its way to them.
Reads WORK/claims.jsonl (see claims.py); writes WORK/gemma: tokenizer.json and model.safetensors.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from claims import Case, cases
from student import frequent_words, lines, needed

UNUSED = "<unused"
"""How the special pieces begin that nobody uses."""
_EMBEDDINGS = "embed_tokens.weight"


def said(cases: Sequence[Case]) -> Iterator[str]:
    """Claims, places and texts, as each is written for itself."""
    for case in cases:
        yield case.claim.text
        for premise in case.claim.premises:
            yield premise.place
            yield premise.text


def passed_through(pieces: Iterable[str], merges: Sequence[Sequence[str]]) -> set[str]:
    """The pieces and all that byte-pair encoding makes on its way to them, from single characters on.

    That is the same for a piece alone as within a text: there no merge crosses its ends.
    """
    rank = {(left, right): at for at, (left, right) in enumerate(merges)}
    found: set[str] = set()
    for piece in pieces:
        parts = list(piece)
        found.update((piece, *parts))
        while len(parts) > 1:
            first = min(range(len(parts) - 1), key=lambda at: rank.get((parts[at], parts[at + 1]), len(rank)))
            if (parts[first], parts[first + 1]) not in rank:
                break
            parts[first : first + 2] = [parts[first] + parts[first + 1]]
            found.add(parts[first])
    return found


def cut(data: dict[str, Any], wanted: set[str]) -> list[int]:
    """Leave the wanted pieces and the indispensable ones in a tokenizer; returns their former numbers."""
    vocabulary: dict[str, int] = data["model"]["vocab"]
    added = [each for each in data["added_tokens"] if each["content"] in vocabulary]
    added = [each for each in added if not each["content"].startswith(UNUSED)]
    keep = {each["content"] for each in added} | {f"<0x{byte:02X}>" for byte in range(256)}
    keep |= passed_through(wanted, data["model"]["merges"])
    kept = sorted((at, piece) for piece, at in vocabulary.items() if piece in keep)
    place = {piece: row for row, (_, piece) in enumerate(kept)}
    for special in data["post_processor"]["special_tokens"].values():
        special["ids"] = [place[piece] for piece in special["tokens"]]
    data["added_tokens"] = [each | {"id": place[each["content"]]} for each in added]
    data["model"]["vocab"] = place
    data["model"]["merges"] = [
        [left, right] for left, right in data["model"]["merges"] if {left, right, left + right} <= keep
    ]
    return [at for at, _ in kept]


def main() -> None:
    """Cuts, and says of how many claims and texts the pieces changed (none should have)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("gemma", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    texts = list(dict.fromkeys(said(cases(options.work))))
    old = Tokenizer.from_file(str(options.gemma / "tokenizer.json"))
    wanted = needed(old, iter(texts)) | needed(old, lines(options.texts)) | needed(old, frequent_words())
    data = json.loads((options.gemma / "tokenizer.json").read_text(encoding="utf-8"))
    kept = cut(data, wanted)

    folder = options.work / "gemma"
    folder.mkdir(exist_ok=True)
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(written, encoding="utf-8")
    weights = load_file(options.gemma / "model.safetensors")
    weights[_EMBEDDINGS] = weights[_EMBEDDINGS][torch.tensor(kept)].clone()
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    new = Tokenizer.from_str(written)
    changed = sum(old.encode(text).tokens != new.encode(text).tokens for text in texts)
    print(f"{len(kept)} pieces kept; {changed} of {len(texts)} claims and texts have others now")


if __name__ == "__main__":
    main()
