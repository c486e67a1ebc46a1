"""The API against its own description: requests made from it, and what may not come back."""

from collections import Counter
from itertools import count
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from keyed import LOCAL_TOKEN, TEXTS, Keyed, keyed

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def fuzz(folder: Path, requests: int, seed: int = 0) -> Counter[tuple[str, int]]:
    """Send at least `requests` generated requests to an app over a small library in `folder`.

    They come from the operator, so that they get past the gate, and half of them are for what is there.
    The same seed makes the same requests.

    Returns:
        How many responses each operation gave with each status.

    Raises:
        schemathesis.errors.FailureGroup: a response is a 5xx, or none that the description has.
    """
    given_back: Counter[tuple[str, int]] = Counter()
    with keyed(folder) as site:
        site.key()  # with a key made, the API is closed to all who bring none
        schema = schemathesis.openapi.from_asgi("/openapi.json", site.app)
        operations = [found.ok() for found in schema.get_all_operations()]
        each = -(-requests // len(operations))
        for operation in operations:
            _fuzz_one(site, operation, each, seed, given_back)
    return given_back


def _fuzz_one(site: Keyed, operation, requests: int, seed: int, given_back: Counter[tuple[str, int]]) -> None:
    sent = count()

    @seeded(seed)
    @settings(
        max_examples=requests,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case):
        if next(sent) % 2:
            _aimed(case, site)
        headers = {**(case.headers or {}), "Authorization": f"Bearer {LOCAL_TOKEN}"}
        response = case.call(headers=headers)
        given_back[operation.label, response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()


def _aimed(case, site: Keyed) -> None:
    """Make a request for something that is there: by chance none would be."""
    document = site.assistant.add_document("shared.md", TEXTS["shared"].encode()).document_id
    if "/documents/" in case.path:
        case.path_parameters["id"] = document
    elif "/measures/" in case.path:
        case.path_parameters["id"] = site.assistant.measures_of(document)[0].id
    elif "document_id" in (case.query or {}):
        case.query["document_id"] = document
    elif "/chat/" in case.path and isinstance(case.body, dict):
        case.body["model"] = "parkbot"
