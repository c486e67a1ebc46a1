"""How rare each term is among the measures that ship, by which the verifier weighs words.

    python training/rarity.py

Writes src/parkbot/verification/rarity.json; run it when the knowledge has changed, before claims.py.
"""

import json
import math
from collections import Counter
from pathlib import Path

from parkbot.measures import split
from parkbot.readers import read
from parkbot.verification.words import RAREST, terms

ROOT = Path(__file__).resolve().parent.parent
FEWEST = 4
"""Terms of fewer measures are as rare as unknown ones."""


def main() -> None:
    """The logarithm of how rare each term is."""
    texts = [
        measure.text
        for path in sorted((ROOT / "knowledge").glob("*.md"))
        if path.name != "README.md"
        for measure in split(read(path.name, path.read_bytes()))[1]
    ]
    counts = Counter(term for text in texts for term in terms(text))
    rarities = {
        term: min(RAREST, round(math.log(len(texts) / count), 1))
        for term, count in sorted(counts.items())
        if count >= FEWEST
    }
    file = ROOT / "src" / "parkbot" / "verification" / "rarity.json"
    file.write_text(json.dumps(rarities, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(rarities)} terms of {len(texts)} measures")


if __name__ == "__main__":
    main()
