"""Articles that a measure refers to in its own document: 违反本法第五十四条第一款规定的."""

import re

from parkbot.domain import Measure
from parkbot.retrieval.places import Place, places_in

_OWN = re.compile(
    r"本(?:法|条例|办法|规定|细则)(?:的)?(第[^，。；：\s]{1,12}?条(?:之[一二三四五六七八九十])?(?:第[^，。；：条]{1,4}款)?)"
    # Nothing of the number is given back: Article 22 of another act is no Article 2 of this one.
    r"|\b(Article\s+\d++(?:\s*\(\w+\))*+)(?!\s+of\s+(?:the\s+)?[A-Z])"
)


def referred(measure: Measure) -> tuple[Place, ...]:
    """The places that a measure names in its own document, in order, but for its own."""
    own, _ = places_in(measure.locator)
    found = (place for match in _OWN.finditer(measure.text) for place in places_in(match[1] or match[2])[0])
    others = (place for place in found if not own or place.article != own[0].article)
    return tuple(dict.fromkeys(others))
