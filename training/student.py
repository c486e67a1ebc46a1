"""The student before training: multilingual-e5-small with the vocabulary that Chinese and English need.

    python training/student.py E5_FOLDER STUDENT_FOLDER --texts FILE_OR_FOLDER…

Of 250,002 pieces those stay that a text of ours, a frequent word of either language, or a single character
of whatever script needs: what is cut can still be typed, in smaller pieces. A text's pieces stay the same as
long as all pieces of its best segmentation stay, so the model gives the same vectors as before.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from wordfreq import top_n_list

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
WORDS = {"en": 60_000, "zh": 80_000}
LINES_AT_ONCE = 20_000
_EMBEDDINGS = "embeddings.word_embeddings.weight"


def lines(paths: list[Path]) -> Iterator[str]:
    """All lines of text files, and of those in folders."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in (".md", ".txt", ".jsonl"):
                yield from file.read_text(encoding="utf-8", errors="replace").splitlines()


def frequent_words() -> Iterator[str]:
    """Frequent words as they are written inside, at the start of a sentence, and in headings."""
    for language, count in WORDS.items():
        for word in top_n_list(language, count):
            yield word
            if language == "en":
                yield word.capitalize()
                yield word.upper()


def needed(tokenizer: Tokenizer, texts: Iterator[str]) -> set[str]:
    """The pieces in which the texts are written."""
    pieces: set[str] = set()
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == LINES_AT_ONCE:
            pieces.update(piece for one in tokenizer.encode_batch(batch) for piece in one.tokens)
            batch = []
    pieces.update(piece for one in tokenizer.encode_batch(batch) for piece in one.tokens)
    return pieces


def cut(e5: Path, student: Path, texts: list[Path]) -> tuple[int, int]:
    """Write the student's folder; returns how many pieces there were and are."""
    tokenizer = Tokenizer.from_file(str(e5 / "tokenizer.json"))
    keep = needed(tokenizer, lines(texts)) | needed(tokenizer, frequent_words()) | set(SPECIAL)
    data = json.loads(tokenizer.to_str())
    old: list[list[object]] = data["model"]["vocab"]
    kept = [
        at for at, (piece, _) in enumerate(old) if piece in keep or len(str(piece).removeprefix("▁")) <= 1
    ]
    data["model"]["vocab"] = [old[at] for at in kept]
    place = {old[at][0]: new for new, at in enumerate(kept)}
    data["model"]["unk_id"] = place["<unk>"]
    for token in data["added_tokens"]:
        token["id"] = place[token["content"]]
    for special in data["post_processor"]["special_tokens"].values():
        special["ids"] = [place[token] for token in special["tokens"]]

    shutil.copytree(e5, student, dirs_exist_ok=True)
    (student / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    weights = load_file(student / "model.safetensors")
    weights[_EMBEDDINGS] = weights[_EMBEDDINGS][torch.tensor(kept)].clone()
    save_file(weights, student / "model.safetensors", {"format": "pt"})
    config = json.loads((student / "config.json").read_text())
    config |= {"vocab_size": len(kept), "pad_token_id": place["<pad>"]}
    (student / "config.json").write_text(json.dumps(config, indent=2))
    return len(old), len(kept)


def main() -> None:
    """Cuts, and says how far the vectors of a few questions moved (they should not)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("e5", type=Path)
    parser.add_argument("student", type=Path)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    before, after = cut(options.e5, options.student, options.texts)
    print(f"{before} pieces, {after} kept")

    from sentence_transformers import SentenceTransformer

    asked = [
        "园区余热怎么利用？",
        "How often must energy users report?",
        "θερμότητα ひらがな 한국어 тепло",
    ]
    old, new = (SentenceTransformer(str(folder), device="cpu") for folder in (options.e5, options.student))
    same = (old.encode(asked) * new.encode(asked)).sum(1)
    print("cosine with the uncut model:", [round(float(each), 4) for each in same])


if __name__ == "__main__":
    main()
