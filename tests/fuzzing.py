"""The API against its own description: requests made from it, and what may not come back."""

from collections import Counter
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

from keyed import LOCAL_TOKEN, keyed

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def fuzz(folder: Path, requests: int, seed: int = 0) -> Counter[tuple[str, int]]:
    """Send at least `requests` generated requests to an app over a small library in `folder`.

    They come from the operator, so that they get past the gate. The same seed makes the same requests.

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
            _fuzz_one(operation, each, seed, given_back)
    return given_back


def _fuzz_one(operation, requests: int, seed: int, given_back: Counter[tuple[str, int]]) -> None:
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
        headers = {**(case.headers or {}), "Authorization": f"Bearer {LOCAL_TOKEN}"}
        response = case.call(headers=headers)
        given_back[operation.label, response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()
