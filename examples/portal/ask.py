"""ParkBot from Python: ask, stream, search, and one measure in full.

    PARKBOT_URL=http://127.0.0.1:8080 PARKBOT_KEY=sk_… python examples/portal/ask.py "园区怎么利用余热余压？"

Needs httpx, and a secret key with the scopes `ask` and `read`; none where no key was made.
"""

import json
import os
import sys
from collections.abc import Iterator

import httpx

URL = os.environ.get("PARKBOT_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("PARKBOT_KEY")


def connect() -> httpx.Client:
    """A client that sends the key with every request."""
    headers = {"Authorization": f"Bearer {KEY}"} if KEY else {}
    return httpx.Client(base_url=URL, headers=headers, timeout=60)


def ask(client: httpx.Client, question: str) -> dict:
    """The whole answer at once."""
    return client.post("/v1/ask", json={"question": question}).raise_for_status().json()


def stream(client: httpx.Client, question: str) -> Iterator[tuple[str, dict]]:
    """The answer's events as they come: status, citation, block, and at last answer or error."""
    body = {"question": question, "stream": True}
    with client.stream("POST", "/v1/ask", json=body) as response:
        response.raise_for_status()
        kind = ""
        for line in response.iter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                kind = value
            elif field == "data":
                yield kind, json.loads(value)


def search(client: httpx.Client, query: str, count: int = 3) -> list[dict]:
    """The measures that fit best."""
    response = client.post("/v1/search", json={"query": query, "k": count})
    return response.raise_for_status().json()["results"]


def measure(client: httpx.Client, id: str) -> dict:
    """A measure in full, with its document and its neighbours."""
    return client.get(f"/v1/measures/{id}").raise_for_status().json()


def main(question: str) -> None:
    """Show all four."""
    with connect() as client:
        answer = ask(client, question)
        print(answer["text"])
        for cited in answer["citations"]:
            digest = "（摘要，非原文）" if cited["text_kind"] == "digest" else ""
            print(f"[{cited['marker']}] 《{cited['document_title']}》{cited['locator']}{digest}")
        print("\nstream:", " ".join(kind for kind, _ in stream(client, question)))
        found = search(client, question)
        print("search:", "，".join(f"《{one['document_title']}》{one['locator']}" for one in found))
        if found:
            whole = measure(client, found[0]["measure_id"])
            print("measure:", whole["measure"]["locator"], whole["measure"]["text"])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "园区怎么利用余热余压？")
