"""The templates, with every value escaped, and the addresses that they link to."""

from collections.abc import Iterable
from functools import cache
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from parkbot.answering.locators import locator
from parkbot.domain import Span
from parkbot.ui import labels


def render(template: str, **values: object) -> str:
    """One of our templates, filled in."""
    return _environment().get_template(template).render(**values)


def measure_url(measure_id: str, quotes: Iterable[Span] = ()) -> str:
    """The measure's own page, with these parts of it marked; relative to the root of all addresses."""
    marks = "&".join(f"quote={span.start}-{span.end}" for span in quotes)
    return f"measures/{quote(measure_id, safe=':')}" + (f"?{marks}" if marks else "")


def web_address(url: str | None) -> str | None:
    """The address if a browser may follow it; a document's metadata may hold anything."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # http://[x
        return None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("parkbot.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=labels.Label,
        DIGEST=labels.DIGEST,
        LEVEL=labels.LEVEL,
        UNDERSTOOD=labels.UNDERSTOOD,
        URL_MISSING=labels.URL_MISSING,
        locator=locator,
        measure_url=measure_url,
        region_label=labels.region,
        status_label=labels.status,
        titled=labels.titled,
        web_address=web_address,
    )
    return environment
