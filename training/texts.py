"""Passages to train on: laws of an archive, policy PDFs, the shipped knowledge, cut as ParkBot cuts them.

    python training/texts.py WORK --laws FOLDER --pdfs FOLDER --knowledge knowledge --held-out PATH…

Writes WORK/passages.jsonl: {"title", "text", "language", "origin"}, each text once, in an order that a seed
fixes; a measure that comes with questions stands there without them and, as ParkBot embeds it, with them. Its
questions go to WORK/questions-shipped.jsonl, each with its passage. Documents with the title of a held-out
one, in whatever version, are left out, for figures are reported on them: the documents of the claims in
SUITES, of folders of documents, and of JSON Lines with a "title" each (claims for reporting). Without a GPU
take samples: --on-topic 4500 --other 1200 --from-pdfs 1500.
"""

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

from corpus import checksum, language, rows, write
from parkbot import readers
from parkbot.domain import Document
from parkbot.errors import ParkBotError
from parkbot.evaluation.claims import read as read_claims
from parkbot.index.passages import Passage, passages
from parkbot.measures import split
from parkbot.names import bare_title

SUITES = [Path(f"eval/suites/claims_{number}.jsonl") for number in (3, 4, 5, 6, 7)]

# What park managers ask about; of other laws a sample is enough to keep the student general.
TOPICS = re.compile(
    "环境|污染|节能|能源|电力|煤|石油|天然气|循环|清洁生产|节约|水|大气|固体|噪声|土壤|海洋|碳|排污|生态|自然|"
    "安全生产|危险|消防|特种设备|开发区|园区|高新|产业|工业|制造|中小企业|营商|投资|招标|采购|土地|规划|建筑|"
    "标准化|认证|计量|质量|税|循环经济|再生|废|垃圾|资源|矿|数据|网络|科技|劳动|职业病|就业|公路|港口|物流|促进"
)

SHORTEST = 12
"""Characters; what is shorter says nothing that could be learned."""


def documents(folder: Path) -> Iterator[Document]:
    """All documents of a folder that can be read."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".pdf") and path.name != "README.md":
            try:
                yield readers.read(path.name, path.read_bytes(), source=str(path))
            except ParkBotError as error:
                print(f"left out: {path.name}: {error}")


def long_enough(document: Document) -> Iterator[Passage]:
    """The passages of a document that say something."""
    _, measures = split(document)
    for measure in measures:
        yield from (one for one in passages(document, measure) if len(one.words) >= SHORTEST)


def cut(document: Document, origin: str) -> Iterator[dict[str, str]]:
    """These passages, each with where it stands; with and without their questions."""
    for passage in long_enough(document):
        for text in dict.fromkeys((passage.words, passage.body)):
            yield {
                "title": passage.place,
                "text": text,
                "language": document.language,
                "origin": origin,
            }


def questions(document: Document) -> Iterator[dict[str, str]]:
    """The questions that a document's measures come with, each with its passage."""
    for passage in long_enough(document):
        for question in passage.questions:
            yield {
                "lang": language(question),
                "question": question,
                "title": passage.place,
                "sha256": checksum(passage.words),
            }


def held_out(paths: list[Path]) -> set[str]:
    """Titles of what the suites' claims cite, of a folder's documents, and of the lines of a file."""
    cited = [premise for path in SUITES for claim in read_claims(path) for premise in claim.premises]
    titles = [premise.title for premise in cited]
    for path in paths:
        if path.is_dir():
            titles += [document.title for document in documents(path)]
        else:
            titles += [str(row["title"]) for row in rows(path)]
    return {bare_title(title) for title in titles}


def sampled(passages: list[dict[str, str]], count: int | None, chance: random.Random) -> list[dict[str, str]]:
    """So many of them, or all."""
    return passages if count is None else chance.sample(passages, min(count, len(passages)))


def main() -> None:
    """Reads, samples and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--pdfs", type=Path, required=True)
    parser.add_argument("--knowledge", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    parser.add_argument("--on-topic", type=int, help="a sample of so many; all if not given")
    parser.add_argument("--other", type=int, help="likewise, of the laws on other matters")
    parser.add_argument("--from-pdfs", type=int, help="likewise")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)

    left_out = held_out(options.held_out)
    on_topic: list[dict[str, str]] = []
    other: list[dict[str, str]] = []
    from_pdfs: list[dict[str, str]] = []
    for document in documents(options.laws):
        if bare_title(document.title) not in left_out:
            (on_topic if TOPICS.search(document.title) else other).extend(cut(document, "laws"))
    for document in documents(options.pdfs):
        if bare_title(document.title) not in left_out:
            from_pdfs.extend(cut(document, "pdfs"))
    knowledge = list(documents(options.knowledge))
    shipped = [one for document in knowledge for one in cut(document, "knowledge")]
    print(f"{len(on_topic)} on topic, {len(other)} other, {len(from_pdfs)} from PDFs, {len(shipped)} shipped")

    chosen = (
        sampled(on_topic, options.on_topic, chance)
        + sampled(other, options.other, chance)
        + sampled(from_pdfs, options.from_pdfs, chance)
        + shipped
    )
    once = list({(one["title"], one["text"]): one for one in chosen}.values())
    chance.shuffle(once)
    options.work.mkdir(parents=True, exist_ok=True)
    write(options.work / "passages.jsonl", once)
    write(options.work / "questions-shipped.jsonl", (one for each in knowledge for one in questions(each)))
    print(f"{len(once)} passages")


if __name__ == "__main__":
    main()
