"""What a proxy says of where a request came in: believed of those that the operator named."""

import asyncio

import httpx
import pytest

from parkbot.api.forwarded import Forwarded
from parkbot.settings import Settings
from standin import PENALTY, web_app


@pytest.mark.parametrize(
    ("peer", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("10.9.9.9", 403), ("testclient", 403)]
)
def test_the_host_that_a_page_was_asked_of_is_known_by_trusted_proxies_only(peer, status):
    headers = {"X-Forwarded-Host": "policy.park.example", "Origin": "http://policy.park.example"}
    app = Forwarded(web_app(Settings()), "127.0.0.1, 10.1.2.0/24")

    async def asked():
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/v1/ask", json={"question": PENALTY}, headers=headers)

    assert asyncio.run(asked()).status_code == status
