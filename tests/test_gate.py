"""Who comes in: keys, sessions, user tokens, other sites' pages, limits; and what the others are told."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from keyed import HIDDEN, LOCAL_TOKEN, PORTAL, QUESTION, keyed
from parkbot.access import Caller, NewKey, Scope
from parkbot.api.routes import needs_at
from parkbot.api.users import Users
from parkbot.errors import BadSettings, Unauthenticated
from parkbot.settings import Settings

PROBLEM = "application/problem+json"
SECRET = "x" * 32
ASK = {"json": {"question": QUESTION}}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with keyed(tmp_path_factory.mktemp("gate"), jwt_key=SECRET) as site:
        site.key("park-a")
        yield site


@pytest.fixture(scope="module")
def keyless(tmp_path_factory):
    with keyed(tmp_path_factory.mktemp("keyless")) as site:
        yield site


def problem(response, status, name):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["type"] == f"urn:parkbot:problem:{name}"
    return response.json()


# Without a key --------------------------------------------------------------------------------------


def test_until_a_key_is_made_everybody_on_the_machine_may_all_but_make_one(tmp_path):
    with keyed(tmp_path) as site:
        open_client = site.client()
        assert HIDDEN in open_client.post("/v1/search", json={"query": QUESTION, "space": "park-a"}).text
        # A front end that insists on sending some key is no reason to turn it away.
        assert site.client("sk-anything").get("/v1/documents").status_code == 200
        problem(open_client.post("/v1/keys", json={"name": "mine", "spaces": ["*"]}), 403, "forbidden")
        problem(open_client.get("/v1/keys"), 403, "forbidden")
        _, secret = site.key("park-a")
        problem(open_client.get("/v1/documents"), 401, "unauthenticated")
        site.keys.revoke(site.keys.by_secret(secret).id)
        problem(open_client.get("/v1/documents"), 401, "unauthenticated")
        assert site.client(LOCAL_TOKEN).get("/v1/documents").status_code == 200


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        *(
            ("127.0.0.1:8080", True),
            ("[::1]:8080", True),
            ("localhost:8080", True),
            ("parkbot.localhost", True),
        ),
        *(("evil.example:8080", False), ("evil.example.", False), ("127.0.0.1.evil.example", False)),
        ("[nonsense", False),
    ],
)
def test_without_a_key_no_domain_name_leads_here(keyless, host, answers):
    page = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    response = keyless.client(**page).post("/v1/ask", **ASK)
    assert response.status_code == (200 if answers else 403)


def test_a_server_that_others_reach_is_never_open(tmp_path):
    with keyed(tmp_path, host="0.0.0.0") as site:
        problem(site.client().get("/v1/documents"), 401, "unauthenticated")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer sk_wrong", "Basic c2tfeDp4", "sk_wrong", "Bearer \xff", "Bearer a b"],
)
def test_without_a_key_in_force_nothing_is_told(site, authorization):
    response = site.client().get("/v1/documents", headers={"Authorization": authorization.encode("latin-1")})
    told = problem(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer" and HIDDEN not in told["detail"]


def test_what_holds_nothing_of_the_library_needs_no_key(site):
    for path in ("/v1/health", "/docs", "/openapi.json", "/ui/base.css", "/signin", "/favicon.ico"):
        assert site.client().get(path).status_code == 200, path


def test_the_description_says_that_a_key_is_sent(site):
    schema = site.client().get("/openapi.json").json()
    assert schema["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert schema["paths"]["/v1/ask"]["post"]["security"]


def test_what_the_table_does_not_list_is_not_there_whoever_asks(site):
    for client in (site.client(), site.client(LOCAL_TOKEN)):
        for path in ("/v1/nothing", "//v1/documents", "/v1/ask/", "/gradio_api/upload", "/x", "/v1"):
            problem_ = client.get(path)
            assert problem_.status_code == 404 and problem_.headers["content-type"] == PROBLEM, path
        assert client.put("/v1/documents").headers["allow"] == "GET, HEAD, POST"


def test_a_websocket_finds_nobody(site):
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), site.client(LOCAL_TOKEN).websocket_connect("/v1/ask"):
        pass


# Scopes ---------------------------------------------------------------------------------------------

ROUTES = [
    *(("POST", "/v1/ask"), ("POST", "/v1/search"), ("GET", "/v1/documents"), ("GET", "/v1/measures")),
    *(("POST", "/v1/documents"), ("PATCH", "/v1/documents/x"), ("DELETE", "/v1/documents/x")),
    *(("GET", "/v1/measures/x"), ("GET", "/measures/x"), ("GET", "/v1/keys"), ("POST", "/v1/keys")),
    *(("DELETE", "/v1/keys/x"), ("GET", "/config"), ("POST", "/gradio_api/queue/join")),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_opens_its_own_routes_and_no_others(site, scope, method, path):
    _, secret = site.key("park-a", scopes=(scope,))
    response = site.client(secret).request(method, path)
    needed = needs_at(path)[method].scope
    if scope in (needed, Scope.ADMIN):
        assert response.status_code not in (401, 403), response.text
    else:
        assert f"`{needed}`" in problem(response, 403, "forbidden")["detail"]


def test_a_revoked_key_is_refused_by_the_next_request(site):
    key, secret = site.key("park-a")
    client = site.client(secret)
    assert client.get("/v1/documents").status_code == 200
    assert site.client(LOCAL_TOKEN).delete(f"/v1/keys/{key.id}").json()["revoked"]
    problem(client.get("/v1/documents"), 401, "unauthenticated")


# Keys over HTTP -------------------------------------------------------------------------------------


def test_an_administrator_keeps_the_keys_of_their_own_spaces(site):
    mine, others = site.key("park-a")[0], site.key("park-b")[0]
    park = site.client(site.key("park-a", scopes=(Scope.ADMIN,))[1])
    made = park.post("/v1/keys", json={"name": "门户", "spaces": ["park-a"], "scopes": ["ask"]})
    assert made.status_code == 201
    assert site.client(made.json()["secret"]).post("/v1/ask", **ASK).status_code == 200
    for spaces in (["park-b"], ["park-a", "park-b"], ["*"], ["shared"]):
        problem(park.post("/v1/keys", json={"name": "x", "spaces": spaces}), 403, "forbidden")
    listed = {key["id"] for key in park.get("/v1/keys").json()["keys"]}
    assert mine.id in listed and others.id not in listed
    unknown = problem(park.delete("/v1/keys/nothing"), 404, "not-found")
    hidden = problem(park.delete(f"/v1/keys/{others.id}"), 404, "not-found")
    assert hidden["detail"] == unknown["detail"] and site.keys.key(others.id).revoked is None
    assert "secret" not in park.get("/v1/keys").text.replace('"kind":"secret"', "")


def test_a_key_that_makes_no_sense_is_told_what_is_wrong(site):
    operator = site.client(LOCAL_TOKEN)
    for body in (
        {"name": "x", "kind": "publishable"},
        {"name": "x", "origins": ["*"]},
        {"name": ""},
        {"name": "x", "per_day": 0},
        {"name": "x", "scope": "ask"},
    ):
        assert operator.post("/v1/keys", json=body).status_code == 422, body


# Pages of other sites -------------------------------------------------------------------------------


def test_a_widget_asks_from_its_portal_and_nowhere_else(site):
    widget = site.client(site.publishable())
    answer = widget.post("/v1/ask", **ASK, headers={"Origin": PORTAL})
    assert answer.status_code == 200 and answer.json()["status"] == "answered"
    assert answer.headers["access-control-allow-origin"] == PORTAL
    assert "Origin" in answer.headers["vary"] and "access-control-allow-credentials" not in answer.headers
    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "http://portal.example"},
        {"Origin": "https://portal.example:8443"},
        {"Origin": "https://portal.example.evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[nonsense"},
        {"Referer": "http://[nonsense"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Referer": "https://evil.example/"},
    ):
        refused = widget.post("/v1/ask", **ASK, headers=headers)
        problem(refused, 403, "forbidden")
        assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Referer": "http://testserver/embed"},
    ],
)
def test_a_widget_in_a_frame_of_ours_is_at_home(site, headers):
    response = site.client(site.publishable()).post("/v1/ask", **ASK, headers=headers)
    assert response.status_code == 200 and "access-control-allow-origin" not in response.headers


def test_a_browser_that_asks_first_is_told_what_it_may_send(site):
    site.publishable(origins=("https://first.example",))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    told = site.client().options("/v1/ask", headers={"Origin": "https://first.example", **asks})
    assert told.status_code == 204
    assert told.headers["access-control-allow-origin"] == "https://first.example"
    assert "POST" in told.headers["access-control-allow-methods"]
    assert "authorization" in told.headers["access-control-allow-headers"].lower()
    refused = site.client().options("/v1/ask", headers={"Origin": "https://evil.example", **asks})
    problem(refused, 403, "forbidden")
    assert "access-control-allow-origin" not in refused.headers


def test_the_origins_of_a_revoked_key_are_no_longer_answered(site):
    secret = site.publishable(origins=("https://gone.example",))
    asks = {"Access-Control-Request-Method": "POST", "Origin": "https://gone.example"}
    assert site.client().options("/v1/ask", headers=asks).status_code == 204
    site.keys.revoke(site.keys.by_secret(secret).id)
    assert site.client().options("/v1/ask", headers=asks).status_code == 403


def test_a_portal_can_read_why_it_was_refused(site):
    widget = site.client(site.publishable(per_minute=1), Origin=PORTAL)
    assert widget.post("/v1/ask", **ASK).status_code == 200
    refused = widget.post("/v1/ask", **ASK)
    problem(refused, 429, "limit-reached")
    assert refused.headers["access-control-allow-origin"] == PORTAL
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


def test_a_secret_key_is_not_for_other_sites_pages(site):
    _, secret = site.key("park-a")
    for bearer in (secret, LOCAL_TOKEN):
        client = site.client(bearer)
        assert client.post("/v1/ask", **ASK).status_code == 200
        for headers in ({"Origin": PORTAL}, {"Sec-Fetch-Site": "cross-site"}):
            problem(client.post("/v1/ask", **ASK, headers=headers), 403, "forbidden")
            problem(client.get("/v1/documents", headers=headers), 403, "forbidden")


# Limits ---------------------------------------------------------------------------------------------


def test_a_key_may_send_so_many_requests_a_minute_and_then_is_told_when(site):
    client = site.client(site.key("park-a", per_minute=3)[1])
    assert [client.get("/v1/documents").status_code for _ in range(4)] == [200, 200, 200, 429]
    response = client.get("/v1/documents")
    problem(response, 429, "limit-reached")
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert site.client(site.key("park-a")[1]).get("/v1/documents").status_code == 200


def test_a_key_may_ask_so_many_questions_a_day(site):
    client = site.client(site.key("park-a", per_day=2)[1])
    assert client.post("/v1/ask", **ASK).status_code == 200
    assert client.post("/v1/search", json={"query": QUESTION}).status_code == 200
    response = client.post("/v1/ask", json={"question": QUESTION, "stream": True})
    problem(response, 429, "limit-reached")
    assert 0 < int(response.headers["retry-after"]) <= 25 * 3600
    assert client.get("/v1/documents").status_code == 200


# The page -------------------------------------------------------------------------------------------


def signed_in(site, secret, **more) -> TestClient:
    client = site.client()
    response = client.post("/signin", data={"key": secret, **more})
    assert response.status_code == 303, response.text
    return client


def test_who_opens_the_page_is_asked_for_a_key_and_led_to_where_they_wanted(site):
    _, secret = site.key("park-a")
    client = site.client()
    measure = f"/measures/{site.documents['park-a']}:a1"
    for path in ("/", measure, f"{measure}?quote=0-3"):
        asked = client.get(path, headers={"Accept": "text/html,*/*"})
        assert asked.status_code == 303 and asked.headers["location"].startswith("/signin?next=%2F")
        form = client.get(asked.headers["location"])
        (next,) = re.findall(r'name="next" value="([^"]*)"', form.text)
        assert unquote(next) == path
        assert "密钥" in form.text and "Enter your key" in form.text
    problem(client.get(measure), 401, "unauthenticated")  # a script, not a person
    client = signed_in(site, secret, next=measure)
    opened = client.get(measure)
    assert HIDDEN in opened.text and client.get("/").status_code == 200
    assert "private" in opened.headers["cache-control"]


def test_a_session_is_out_of_reach_of_scripts_and_other_sites(site):
    _, secret = site.key("park-a")
    plain = site.client().post("/signin", data={"key": secret}).headers.get_list("set-cookie")
    (session,) = [cookie for cookie in plain if cookie.startswith("parkbot_session=")]
    assert "HttpOnly" in session and "SameSite=strict" in session and secret not in session
    assert "Secure" not in session
    safe = TestClient(site.app, base_url="https://testserver", follow_redirects=False)
    assert all(
        "Secure" in it for it in safe.post("/signin", data={"key": secret}).headers.get_list("set-cookie")
    )


def test_in_a_session_another_sites_page_cannot_act(site):
    client = signed_in(site, site.key("park-a")[1])
    assert client.post("/v1/ask", **ASK).status_code == 200
    for headers in ({"Origin": PORTAL}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}):
        problem(client.post("/v1/ask", **ASK, headers=headers), 403, "forbidden")
        problem(client.post("/signin", data={"key": "x"}, headers=headers), 403, "forbidden")
        problem(client.post("/signout", headers=headers), 403, "forbidden")


def test_two_browsers_with_one_key_are_told_apart(site):
    key, secret = site.key("park-a")

    def caller(client):
        cookie = f"parkbot_session={client.cookies['parkbot_session']}"
        need = needs_at("/v1/documents")["GET"]
        return site.app.state.admission.admit("GET", Headers({"cookie": cookie}), need).caller

    first, second = caller(signed_in(site, secret)), caller(signed_in(site, secret))
    assert first.key_id == second.key_id == key.id and first.owner != second.owner


def test_who_signs_out_is_out_with_every_copy_of_the_cookie(site):
    client = signed_in(site, site.key("park-a")[1])
    copy = site.client()
    copy.cookies.update(client.cookies)
    assert copy.get("/v1/documents").status_code == 200
    assert client.post("/signout").headers["location"] == "/signin"
    assert "parkbot_session" not in client.cookies
    problem(copy.get("/v1/documents"), 401, "unauthenticated")
    assert site.client().post("/signout").status_code == 303


def test_a_session_is_over_when_its_key_is(site):
    key, secret = site.key("park-a")
    client = signed_in(site, secret)
    site.keys.revoke(key.id)
    problem(client.get("/v1/documents"), 401, "unauthenticated")


def test_a_session_has_the_limits_of_its_key(site):
    client = signed_in(site, site.key("park-a", per_minute=1)[1])
    assert client.get("/v1/documents").status_code == 200
    problem(client.get("/v1/documents"), 429, "limit-reached")


def test_what_opens_no_page_is_told_on_the_form(site):
    writer = site.key("park-a", scopes=(Scope.WRITE,))[1]
    for secret in ("", "sk_wrong", site.publishable(), writer, LOCAL_TOKEN):
        response = site.client().post("/signin", data={"key": secret})
        assert response.status_code == 401 and 'role="alert"' in response.text
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/\n/x"]
)
def test_the_way_after_signing_in_leads_nowhere_else(site, next):
    response = site.client().post("/signin", data={"key": site.key("park-a")[1], "next": next})
    assert response.headers["location"] == "/"
    assert 'value="/"' in site.client().get("/signin", params={"next": next}).text


# User tokens ----------------------------------------------------------------------------------------


def token(secret=SECRET, algorithm="HS256", **claims):
    return jwt.encode(
        {"sub": "li", "exp": datetime.now(UTC) + timedelta(minutes=5)} | claims, secret, algorithm
    )


def test_a_portal_vouches_for_its_user(site):
    client = site.client(site.key("park-a")[1])
    assert client.get("/v1/documents", headers={"X-ParkBot-User": token()}).status_code == 200
    for wrong in (
        token("y" * 32),
        token(exp=datetime.now(UTC) - timedelta(minutes=5)),
        token(sub=""),
        token(sub="li\0"),
        token(sub="li\ud800"),
        token(sub="li\nzhang"),
        token(sub=7),
        jwt.encode({"sub": "li"}, SECRET, "HS256"),
        jwt.encode({"sub": "li", "exp": 9_999_999_999}, None, "none"),
        "nonsense",
    ):
        refused = client.get("/v1/documents", headers={"X-ParkBot-User": wrong})
        problem(refused, 401, "unauthenticated")


def test_the_user_is_part_of_who_asks(site):
    _, secret = site.key("park-a")
    headers = Headers({"authorization": f"Bearer {secret}", "x-parkbot-user": token()})
    admitted = site.app.state.admission.admit("GET", headers, needs_at("/v1/documents")["GET"])
    assert admitted.caller.user == "li" and admitted.caller.spaces == ("park-a",)


@pytest.mark.parametrize(
    ("portal", "other"),
    [
        ({"name": "portal", "spaces": ("park-a",)}, {"name": "portal", "spaces": ("park-b",)}),
        ({"name": "portal", "spaces": ("shared",)}, {"name": "other", "spaces": ("shared",)}),
    ],
)
def test_users_of_one_name_are_two_in_two_portals(site, portal, other):
    """Both sign with the key of the one server, and both read the shared library."""
    ours, sister, theirs = (
        site.client(site.keys.create(NewKey(**wanted)).secret, **{"X-ParkBot-User": token()})
        for wanted in (portal, portal, other)
    )
    asked = {"question": "园区公开办法第一条", "space": "shared", "conversation_id": "new"}
    id = ours.post("/v1/ask", json=asked).json()["conversation_id"]
    assert sister.get(f"/v1/conversations/{id}").status_code == 200
    assert id in sister.get("/v1/conversations").text
    for path in (f"/v1/conversations/{id}", f"/v1/conversations/{id}/export"):
        problem(theirs.get(path), 404, "not-found")
    problem(theirs.post("/v1/ask", json={**asked, "conversation_id": id}), 404, "not-found")
    problem(theirs.delete(f"/v1/conversations/{id}", params={"space": "shared"}), 404, "not-found")
    assert id not in theirs.get("/v1/conversations").text


def test_no_user_can_be_named_so_as_to_pass_for_another():
    one = Caller("k", ("park-a",), frozenset({Scope.ASK}), user="li", key_name="p")
    for spaces, name, user in (
        *(
            ((), "park-a", "p:li"),
            (("park-a:p",), "", "li"),
            (("park-a",), "p:li", ""),
            (("park-a",), "", "p:li"),
        ),
        *((("park-a,x",), "p", "li"), (("*",), "p", "li")),
    ):
        assert replace(one, spaces=spaces, key_name=name, user=user).owner != one.owner
    assert replace(one, spaces=("shared", "park-a"), key_id="another").owner == one.owner


def test_a_token_for_another_audience_names_nobody():
    users = Users(Settings(jwt_key=SECRET, jwt_audience="parkbot"))
    assert users.named_by(token(aud="parkbot")) == "li"
    for wrong in (token(aud="mail"), token()):
        with pytest.raises(Unauthenticated):
            users.named_by(wrong)
    with pytest.raises(Unauthenticated, match="PARKBOT_JWT_KEY"):
        Users(Settings()).named_by(token())


def pem(private):
    """The public half."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def test_rsa_tokens_are_known_by_the_public_key_and_it_signs_nothing():
    private = rsa.generate_private_key(65537, 2048)
    users = Users(Settings(jwt_key=pem(private), jwt_algorithm="RS256"))
    assert users.named_by(token(private, "RS256")) == "li"
    with pytest.raises(Unauthenticated):  # what everybody may know must not sign
        users.named_by(token("z" * 32, "HS256"))


def test_a_key_for_user_tokens_that_is_none_is_told_at_the_start():
    elliptic, rsa_key = (
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(rsa.generate_private_key(65537, 2048)),
    )
    for key, algorithm in (("short", "HS256"), (SECRET, "RS256"), (elliptic, "RS256"), (rsa_key, "HS256")):
        with pytest.raises(BadSettings, match="PARKBOT_JWT_KEY"):
            Users(Settings(jwt_key=key, jwt_algorithm=algorithm))


# Request ids ----------------------------------------------------------------------------------------


def test_every_request_has_an_id_in_its_response_and_its_problem(site):
    client = site.client()
    ids = {client.get("/v1/health").headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
    refused = client.get("/v1/documents", headers={"X-Request-Id": "portal-17"})
    assert refused.headers["x-request-id"] == refused.json()["request_id"] == "portal-17"
    missing = site.client(LOCAL_TOKEN).get("/v1/documents/x", headers={"X-Request-Id": "portal-18"})
    assert missing.headers["x-request-id"] == missing.json()["request_id"] == "portal-18"
    for forged in ("a\tb", "x" * 200, "<script>", ""):
        assert client.get("/v1/health", headers={"X-Request-Id": forged}).headers["x-request-id"] != forged


def test_the_log_names_the_request_that_failed(site, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("inside")

    monkeypatch.setattr(site.assistant, "search", broken)
    client = site.client(LOCAL_TOKEN, **{"X-Request-Id": "portal-19"})
    assert client.post("/v1/search", json={"query": "x"}).json()["request_id"] == "portal-19"
    assert "portal-19" in caplog.text


def test_the_operator_alone_is_told_what_is_amiss_inside(site, monkeypatch):
    from parkbot.domain import IndexProgress
    from parkbot.errors import Unavailable

    def away(*_, **__):
        raise Unavailable("the library at postgresql://user@10.0.0.5/parkbot does not answer")

    admin = site.key("*", scopes=(Scope.ADMIN,))[1]
    broken = replace(site.assistant.health(), indexing=IndexProgress(0, 1, False, error="/srv/x.md is empty"))
    for function, inside in ((away, "10.0.0.5"), (lambda: broken, "/srv/x.md")):
        monkeypatch.setattr(site.assistant, "health", function)
        for secret in (None, admin, LOCAL_TOKEN):
            assert (inside in site.client(secret).get("/v1/health").text) == (secret == LOCAL_TOKEN)
    monkeypatch.setattr(site.assistant, "documents", away)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_documents"}}
    accept = {"Accept": "application/json, text/event-stream"}
    site.app.state.mcp = None
    with TestClient(site.app) as running:
        for secret in (admin, LOCAL_TOKEN):
            headers = {"Authorization": f"Bearer {secret}", **accept}
            assert ("10.0.0.5" in running.get("/v1/documents", headers=headers).text) == (secret != admin)
            assert ("10.0.0.5" in running.post("/mcp", json=call, headers=headers).text) == (secret != admin)


def test_a_gate_that_cannot_look_into_its_keys_stays_shut(site, monkeypatch):
    from parkbot.errors import Unavailable

    def away(*_):
        raise Unavailable("the database at 10.0.0.5 does not answer")

    monkeypatch.setattr(site.keys, "by_secret", away)
    client = site.client("sk_x", Origin=PORTAL)
    response = client.get("/v1/documents")
    assert "10.0.0.5" not in problem(response, 503, "unavailable")["detail"]
    assert response.headers["retry-after"]
    monkeypatch.setattr(site.keys, "by_secret", lambda *_: 1 / 0)
    assert client.get("/v1/documents").status_code == 500
