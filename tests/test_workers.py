"""Several workers on PostgreSQL and `chroma run`, really run: killed, held still, asked for old texts."""

import io
import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest

import chroma
from parkbot import cli
from served import PARKBOT, environment, served

BOUNDARY = "parkbot-test"
QUESTIONS = ("试点园区奖补办法第二条", "试点园区节水奖补多少万元？")


def law(figure):
    return f"# 试点园区奖补办法\n\n第一条 为了节约用水，制定本办法。\n\n第二条 园区节水奖补{figure}万元。\n"


class Site:
    """The running server: what one may ask it, always over a fresh connection, and its workers."""

    def __init__(self, process, address, variables):
        self.process = process
        self.host, self.port = address.removeprefix("http://").split(":")
        self._variables = variables

    def send(self, method, path, body=None, content_type="application/json", **headers):
        connection = HTTPConnection(self.host, int(self.port), timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": content_type, **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def ask(self, question, **more):
        status, text = self.send("POST", "/v1/ask", json.dumps({"question": question, **more}))
        assert status == 200, text
        return json.loads(text) if not more.get("stream") else text

    def upload(self, name, text, **more):
        return self.uploaded(name, text, **more)["document_id"]

    def uploaded(self, name, text, space="shared", **headers):
        fields = [('name="space"', space), (f'name="file"; filename="{quote(name)}"', text)]
        parts = [
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {n}\r\n\r\n{value}\r\n" for n, value in fields
        ]
        body = "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        status, text = self.send("POST", "/v1/documents", body, kind, **headers)
        assert status in (200, 201), text
        return json.loads(text)

    def documents(self):
        return {each["id"] for each in json.loads(self.send("GET", "/v1/documents")[1])["documents"]}

    def workers(self):
        """The process ids of the workers, the oldest first."""
        listed = subprocess.run(
            ["ps", "-ww", "--ppid", str(self.process.pid), "-o", "pid=", "-o", "args="],
            capture_output=True,
            text=True,
        )
        return [int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line]

    @contextmanager
    def only(self, number):
        """One worker answers within; the others are held still."""
        held = [pid for place, pid in enumerate(self.workers()) if place != number]
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in held:
                os.kill(pid, signal.SIGCONT)

    def command(self, *arguments):
        out, err = io.TextIOWrapper(io.BytesIO()), io.StringIO()
        variables = mock.patch.dict(os.environ, self._variables, clear=True)
        with variables, redirect_stdout(out), redirect_stderr(err):
            code = cli.run([str(argument) for argument in arguments])
        out.seek(0)
        return code, out.read(), err.getvalue()


def until(what, seconds=60):
    """What `what` gives as soon as that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.2)
    raise TimeoutError


@pytest.fixture(scope="module")
def variables(cluster, tmp_path_factory):
    folder = tmp_path_factory.mktemp("workers")
    with chroma.running(folder / "chroma") as address:
        yield environment(
            folder / "data",
            PARKBOT_EMBEDDING_MODEL="constant",
            PARKBOT_BUNDLED_KNOWLEDGE="false",
            PARKBOT_WORKERS="2",
            PARKBOT_CHROMA_URL=address,
            PARKBOT_DATABASE_URL=cluster.database(),
        )


@pytest.fixture(scope="module")
def site(variables):
    with served(variables) as (process, address):
        site = Site(process, address, variables)
        until(lambda: len(site.workers()) == 2)
        for number in (0, 1):
            with site.only(number):
                site.documents()
        yield site


def shown_by_each(site, question=QUESTIONS[0]):
    """What each worker answers now."""
    for number in (0, 1):
        with site.only(number):
            yield site.ask(question)["text"]


def test_after_a_delete_returned_no_worker_answers_from_the_text(site):
    id = site.upload("奖补.md", law("三十七"))
    for number in (0, 1):
        with site.only(number):
            assert "三十七" in site.ask(QUESTIONS[0])["text"]
            until(lambda: "三十七" in site.ask(QUESTIONS[1])["text"])  # noqa: B023  # found by its words, too
    assert site.send("DELETE", f"/v1/documents/{quote(id)}")[0] == 204
    for number in (0, 1):
        with site.only(number):
            for turn in range(100):
                _, said = site.send("POST", "/v1/ask", json.dumps({"question": QUESTIONS[turn % 2]}))
                assert "三十七" not in said
                assert "三十七" not in site.send("POST", "/v1/search", json.dumps({"query": "奖补"}))[1]
            assert site.send("GET", f"/v1/documents/{quote(id)}")[0] == 404


def test_after_an_update_returned_every_worker_answers_from_the_new_text(site):
    id = site.upload("奖补.md", law("三十七"))
    for figure, old in (("五十一", "三十七"), ("六十八", "五十一")):
        assert site.upload("奖补.md", law(figure)) == id
        for number in (0, 1):
            with site.only(number):
                for turn in range(30):
                    _, said = site.send("POST", "/v1/ask", json.dumps({"question": QUESTIONS[turn % 2]}))
                    assert old not in said
                assert figure in site.ask(QUESTIONS[0])["text"]
    body = json.dumps({"title": "新定园区奖补办法"})
    assert site.send("PATCH", f"/v1/documents/{quote(id)}", body)[0] == 200
    for text in shown_by_each(site, "新定园区奖补办法第二条"):
        assert "六十八" in text


def test_what_one_worker_learns_in_a_new_space_the_other_finds(site):
    with site.only(0):
        site.upload("own.md", law("九十九"), space="park-x")
    with site.only(1):
        searched = json.dumps({"query": "奖补办法", "space": "park-x"})
        assert "九十九" in site.send("POST", "/v1/search", searched)[1]


def test_a_stream_that_broke_goes_on_whichever_worker_is_asked(site):
    first = site.ask(QUESTIONS[0], stream=True)
    name = first.partition("id: ")[2].partition(":")[0]
    body = json.dumps({"question": QUESTIONS[0], "stream": True})
    for _ in range(8):
        status, rest = site.send("POST", "/v1/ask", body, **{"Last-Event-ID": f"{name}:2"})
        assert status == 200 and first.endswith(rest) and f"id: {name}:3" in rest and ":2\n" not in rest
    for unknown in (f"1{name}:2", "7.gone:2"):
        again = site.send("POST", "/v1/ask", body, **{"Last-Event-ID": unknown})[1]
        assert "event: answer" in again and f"id: {name}:" not in again


def test_what_is_sent_twice_is_done_once_whichever_worker_is_asked(site):
    def outcome(key):
        text = "# 另一办法\n\n第一条 园区应当节水。\n"
        return site.uploaded("twice.md", text, **{"Idempotency-Key": key})["outcome"]

    assert [outcome("first") for _ in range(8)] == ["added"] * 8
    assert [outcome(f"more-{n}") for n in range(4)] == ["unchanged"] * 4


def test_the_page_answers_over_whichever_connection_its_calls_come(site):
    config = json.loads(site.send("GET", "/config")[1])
    ask = next(each["id"] for each in config["dependencies"] if each["api_name"] == "ask")
    for turn in range(6):
        data = {"data": [QUESTIONS[0], None], "fn_index": ask, "session_hash": f"s{turn}"}
        status, text = site.send("POST", "/gradio_api/queue/join", json.dumps(data))
        assert status == 200, text
        connection = HTTPConnection(site.host, int(site.port), timeout=30)
        connection.request("GET", f"/gradio_api/queue/data?session_hash=s{turn}")
        said = connection.getresponse().read().decode()
        connection.close()
        assert "process_completed" in said and "六十八" in said


def test_the_command_line_works_through_the_server(site, tmp_path):
    file = tmp_path / "条例.md"
    file.write_text(
        "# 样例节能条例\n\n第一条 企业应当利用余热。\n\n第二条 园区应当公布用能。\n", encoding="utf-8"
    )
    code, out, _ = site.command("ingest", file, "--json")
    assert (code, json.loads(out)["added"]) == (0, 1)
    for text in shown_by_each(site, "样例节能条例第一条"):
        assert "余热" in text
    file.unlink()
    code, out, _ = site.command("ingest", tmp_path, "--prune", "--json")
    assert code == 0
    code, out, err = site.command("serve", "--port", "0")
    assert (code, out) == (1, "") and str(site.process.pid) in err and err.count("\n") == 1


class Load:
    """Questions from many threads, and documents from one more, until all of these are in."""

    DOCUMENTS = 12
    THREADS = 4

    def __init__(self, site):
        self._site = site
        self._done = threading.Event()
        self.failures, self.answered, self.sent = [], [], []
        self.uploading = threading.Thread(target=self._upload)
        self._asking = [threading.Thread(target=self._ask) for _ in range(self.THREADS)]

    def __enter__(self):
        for thread in (*self._asking, self.uploading):
            thread.start()
        return self

    def __exit__(self, *error):
        self.uploading.join(120)
        self._done.set()
        for thread in self._asking:
            thread.join(60)

    def _ask(self):
        while not self._done.is_set():
            if text := self._tried(lambda: self._site.ask("新定园区奖补办法第二条")["text"]):
                assert "六十八" in text
                self.answered.append(time.monotonic())

    def _upload(self):
        for turn in range(self.DOCUMENTS):
            text = f"# 负荷管理办法{turn}\n\n第一条 为了节能，制定本办法。\n\n第二条 园区应当节能{turn}。\n"
            while not (id := self._tried(lambda: self._site.upload(f"负荷{turn}.md", text))):  # noqa: B023
                pass
            self.sent.append(id)

    def _tried(self, send):
        try:
            return send()
        except (OSError, HTTPException) as error:  # whoever answered is no more
            self.failures.append(error)
            return None


def test_a_killed_worker_costs_its_running_requests_and_nothing_else(site):
    held = site.documents()
    with Load(site) as load:
        for _ in range(2):  # the older one each time: the page's worker, and then the other
            oldest = site.workers()[0]
            time.sleep(1)
            os.kill(oldest, signal.SIGKILL)
            killed = time.monotonic()
            until(lambda: len(site.workers()) == 2 and oldest not in site.workers())  # noqa: B023
            until(lambda: load.answered[-1] > killed)  # noqa: B023
    assert len(load.failures) <= 2 * (load.THREADS + 1), load.failures
    for number in (0, 1):
        with site.only(number):
            assert site.documents() == held | set(load.sent)
            for turn in range(load.DOCUMENTS):
                assert f"节能{turn}" in site.ask(f"负荷管理办法{turn}第二条")["text"]
    status, counts = site.send("GET", "/metrics")
    assert (
        status == 200 and "\nparkbot_running_answers 0.0\n" in counts
    )  # what the killed ones began has ended
    (answers,) = re.findall(r"\nparkbot_answers_total{.*status=\"answered\".*} (.*)\n", counts)
    assert float(answers) >= len(load.answered)  # and what they gave is counted still


def test_a_key_s_minute_is_counted_by_all_workers_together(site):
    code, out, _ = site.command("keys", "create", "portal", "--per-minute", "4", "--scope", "read", "--json")
    assert code == 0
    bearer = {"Authorization": f"Bearer {json.loads(out)['secret']}"}

    def status(number):
        with site.only(number):
            return site.send("GET", "/v1/documents", **bearer)[0]

    assert [status(turn % 2) for turn in range(5)] == [200, 200, 200, 200, 429]


def test_sigterm_ends_all_of_them_cleanly(site):
    workers = site.workers()
    site.process.send_signal(signal.SIGTERM)
    _, err = site.process.communicate(timeout=60)
    assert site.process.returncode == 0
    # Python's own watcher of semaphores complains of what the killed ones left, over two lines.
    told = [
        line for line in err.splitlines() if "resource_tracker" not in line and "warnings.warn" not in line
    ]
    assert all("ended (-9); another begins" in line for line in told), err
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_workers_do_not_outlive_a_parent_that_was_killed(variables):
    with served(variables) as (process, address):
        site = Site(process, address, variables)
        workers = until(lambda: len(site.workers()) == 2 and site.workers())
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    # A single process, too, works with the two servers.
    assert "六十八" in site.command("ask", "新定园区奖补办法第二条")[1]


@pytest.mark.parametrize("missing", ["PARKBOT_CHROMA_URL", "PARKBOT_DATABASE_URL"])
def test_what_workers_need_to_share_is_named_in_one_line(missing):
    given = {"PARKBOT_CHROMA_URL": "http://127.0.0.1:1", "PARKBOT_DATABASE_URL": "postgresql://127.0.0.1:1/x"}
    settings = environment(Path("nowhere"), **{name: url for name, url in given.items() if name != missing})
    err = io.StringIO()
    with mock.patch.dict(os.environ, settings, clear=True), redirect_stderr(err):
        assert cli.run(["serve", "--workers", "2"]) == 2
    said = err.getvalue()
    assert missing in said and said.count("\n") == 1 and not any(url in said for url in given.values())
    assert not Path("nowhere").exists()


def test_a_server_that_is_not_there_is_told_in_one_line(variables, tmp_path):
    changed = {"PARKBOT_CHROMA_URL": "http://127.0.0.1:1", "PARKBOT_DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [*PARKBOT, "serve", "--port", "0"],
        env=variables | changed,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert run.returncode == 1
    assert "http://127.0.0.1:1 does not answer" in run.stderr and run.stderr.count("\n") == 1
