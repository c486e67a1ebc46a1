"""Clients of others against a real server: OpenAI's, LangChain's, and that of the Model Context Protocol."""

import asyncio
import os
import sys
import time

import httpx
import openai
import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from mcp import Client, StdioServerParameters, stdio_client

from parkbot.errors import Unavailable
from parkbot.langchain import PolicyEmbeddings, PolicyRetriever
from parkbot.models import embedder
from parkbot.settings import Settings
from served import PARKBOT, environment, served

LAW = """# 样例节约能源条例

2018年10月26日某省人民代表大会常务委员会通过

## 第一章 总则

第一条 为了推动全社会节约能源，制定本条例。

第二条 企业应当对生产过程中产生的余热余压进行综合利用。
"""
ARTICLE = "第二条 企业应当对生产过程中产生的余热余压进行综合利用。"
SENTENCE = ARTICLE.removeprefix("第二条 ").rstrip("。")
QUESTION = "样例节约能源条例第二条"


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    constant = {"PARKBOT_EMBEDDING_MODEL": "constant", "PARKBOT_BUNDLED_KNOWLEDGE": "false"}
    return environment(tmp_path_factory.mktemp("data"), **constant)


@pytest.fixture(scope="module")
def url(variables):
    with served(variables) as (_, url):
        file = {"file": ("条例.md", LAW.encode())}
        assert httpx.post(f"{url}/v1/documents", files=file, trust_env=False).status_code == 201
        yield url


@pytest.fixture
def client(url):
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        yield client


def asked(question, *before):
    return [*before, {"role": "user", "content": question}]


def assert_cited(content, annotations, url):
    """The text has its footnote, and the annotation leads from the claim to the very words."""
    assert "[1] 《样例节约能源条例》第二条 · 2018-10-26" in content
    cited = annotations[0]["url_citation"]
    assert SENTENCE in content[cited["start_index"] : cited["end_index"]]
    opened = httpx.get(f"{url}/v1/measures/{cited['measure_id']}", trust_env=False).json()["measure"]["text"]
    quote = cited["quotes"][0]
    assert opened[quote["start"] : quote["end"]] == quote["text"]
    assert httpx.get(cited["url"], trust_env=False).status_code == 200  # no source_url: the measure's page


def test_the_openai_client_gets_an_answer_with_its_citations(client, url):
    completion = client.chat.completions.create(model="parkbot", messages=asked(QUESTION))
    (choice,) = completion.choices
    assert choice.finish_reason == "stop" and choice.message.role == "assistant"
    assert completion.parkbot_status == "answered"
    assert_cited(choice.message.content, [each.model_dump() for each in choice.message.annotations], url)


def test_the_openai_client_gets_the_same_as_a_stream(client, url):
    whole = client.chat.completions.create(model="parkbot", messages=asked(QUESTION))
    with client.chat.completions.create(model="parkbot", messages=asked(QUESTION), stream=True) as stream:
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks]
    content = "".join(delta.content or "" for delta in deltas)
    assert content == whole.choices[0].message.content
    (annotations,) = [delta.annotations for delta in deltas if getattr(delta, "annotations", None)]
    assert_cited(content, annotations, url)
    assert chunks[-1].choices[0].finish_reason == "stop" and chunks[-1].parkbot_status == "answered"


def test_the_last_message_of_the_user_is_the_question(client):
    before = (
        {"role": "system", "content": "Answer in rhymes. 你什么都可以说。"},
        {"role": "user", "content": "园区食堂补贴多少钱一餐？"},
        {"role": "assistant", "content": "不知道。"},
    )
    parts = [{"type": "text", "text": QUESTION}]
    completion = client.chat.completions.create(model="parkbot", messages=asked(parts, *before))
    assert SENTENCE in completion.choices[0].message.content


def test_what_the_user_asked_before_says_what_a_follow_up_means(client):
    before = ({"role": "user", "content": QUESTION}, {"role": "assistant", "content": "……"})
    told = client.chat.completions.create(model="parkbot", messages=asked("上一条呢？", *before))
    assert "为了推动全社会节约能源" in told.choices[0].message.content
    pasted = {"role": "user", "content": "长文。" * 2000}
    told = client.chat.completions.create(model="parkbot", messages=asked("上一条呢？", pasted, *before))
    assert "为了推动全社会节约能源" in told.choices[0].message.content
    system = {"role": "system", "content": "Answer only about article 1."}
    alone = client.chat.completions.create(model="parkbot", messages=asked(QUESTION, system))
    assert SENTENCE in alone.choices[0].message.content


def test_the_openai_client_understands_what_went_wrong(client):
    create = client.chat.completions.create
    with pytest.raises(openai.NotFoundError, match="no model gpt-4") as caught:
        create(model="gpt-4", messages=asked(QUESTION))
    assert (caught.value.code, caught.value.type) == ("not_found", "invalid_request_error")
    with pytest.raises(openai.BadRequestError, match="问题是空的"):
        create(model="parkbot", messages=asked("  "))
    with pytest.raises(openai.BadRequestError) as caught:
        create(model="parkbot", messages=asked(QUESTION), n=2)
    assert caught.value.param == "n"
    with pytest.raises(openai.BadRequestError):
        create(model="parkbot", messages=asked([{"type": "image_url", "image_url": {"url": "data:,"}}]))
    with (
        pytest.raises(openai.APIError, match="问题是空的"),
        create(model="parkbot", messages=asked("  "), stream=True) as stream,
    ):
        list(stream)


def test_the_one_model_is_listed(client):
    assert [model.id for model in client.models.list()] == ["parkbot"]
    assert client.models.retrieve("parkbot").owned_by == "parkbot"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4")


def test_langchains_chat_model_gets_an_answer_with_its_footnotes(url):
    model = ChatOpenAI(base_url=f"{url}/v1", api_key="none", model="parkbot", temperature=0, max_retries=0)
    answer = model.invoke([("system", "简短。"), ("human", QUESTION)])
    assert "[1] 《样例节约能源条例》第二条" in answer.content
    assert "".join(chunk.content for chunk in model.stream(QUESTION)) == answer.content


async def used(client):
    """What a client of the tools sees of them."""
    listed = (await client.list_tools()).tools
    assert [tool.name for tool in listed] == [
        "ask_policy",
        "search_measures",
        "get_measure",
        "list_documents",
    ]
    for tool in listed:
        assert tool.annotations.read_only_hint and tool.output_schema["type"] == "object"
        assert any("\u4e00" <= character <= "\u9fff" for character in tool.description)

    answered = await client.call_tool("ask_policy", {"question": QUESTION})
    (citation,) = answered.structured_content["citations"]
    assert not answered.is_error and citation["locator"] == "第二条"
    assert "[1] 《样例节约能源条例》第二条" in answered.content[0].text

    found = await client.call_tool("search_measures", {"query": QUESTION, "k": 1})
    (result,) = found.structured_content["results"]
    assert result["measure_id"] == citation["measure_id"] and result["date_issued"] == "2018-10-26"

    opened = await client.call_tool("get_measure", {"id": citation["measure_id"]})
    assert opened.structured_content["measure"]["text"] == ARTICLE
    assert opened.structured_content["document"]["text"] == ""

    listed = await client.call_tool("list_documents", {})
    assert [document["id"] for document in listed.structured_content["documents"]] == ["条例"]

    missing = await client.call_tool("get_measure", {"id": "nothing"})
    assert missing.is_error and missing.content[0].text == "no measure nothing in the library"
    wrong = await client.call_tool("search_measures", {"query": "余热", "kk": 1})
    assert wrong.is_error and "kk" in wrong.content[0].text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_are_used_over_http(url, mode):
    async def over_http():
        async with Client(f"{url}/mcp", mode=mode) as client:
            await used(client)

    asyncio.run(over_http())


def test_the_tools_are_used_over_stdio_through_the_server_that_owns_the_folder(url, variables):
    async def over_stdio():
        command = StdioServerParameters(command=sys.executable, args=[*PARKBOT[1:], "mcp"], env=variables)
        with open(os.devnull, "w") as nowhere:
            async with Client(stdio_client(command, errlog=nowhere)) as client:
                await used(client)

    asyncio.run(over_stdio())


def test_a_chain_of_others_is_built_on_the_retriever(url, request):
    retriever = PolicyRetriever.at(url, k=1)
    request.addfinalizer(retriever.assistant.close)
    prompt = ChatPromptTemplate.from_template("依据：{measures}\n问题：{question}")
    prompts = []

    def shown(documents):
        return "\n".join(f"{each.page_content}（{each.metadata['citation']}）" for each in documents)

    def seen(value):
        prompts.append(value.to_string())
        return value

    chain = (
        {"measures": retriever | shown, "question": RunnablePassthrough()}
        | prompt
        | RunnableLambda(seen)
        | FakeListChatModel(responses=["应当综合利用。"])
        | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "应当综合利用。"
    assert f"{ARTICLE}（《样例节约能源条例》第二条 · 2018-10-26" in prompts[0]

    (document,) = asyncio.run(retriever.ainvoke(QUESTION))
    assert document.page_content == ARTICLE and document.id == document.metadata["measure_id"] == "条例:a2"
    assert document.metadata["score"] > 0 and document.metadata["locator"] == "第二条"


def test_the_retriever_says_when_no_server_answers():
    with pytest.raises(Unavailable):
        PolicyRetriever.at("http://127.0.0.1:1").invoke("余热余压")


def test_the_retriever_works_on_an_assistant_in_this_process(knowledge):
    documents = PolicyRetriever(assistant=knowledge, k=3).invoke("园区余热余压怎么利用？")
    assert len(documents) == 3
    for document in documents:
        measure = knowledge.measure(document.metadata["measure_id"])
        assert document.page_content == measure.measure.text
        assert document.metadata["text_kind"] == "digest" and "摘要" in document.metadata["citation"]


def test_the_embedder_fills_a_vector_store_of_langchains():
    store = InMemoryVectorStore(PolicyEmbeddings(embedder(Settings())))
    store.add_texts(["企业应当利用余热余压。", "本法自公布之日起施行。", "园区应当建设污水集中处理设施。"])
    (found,) = store.similarity_search("Where can waste heat go?", k=1)
    assert found.page_content == "企业应当利用余热余压。"


def test_the_openai_client_asks_the_knowledge_that_ships(tmp_path):
    with (
        served(environment(tmp_path)) as (_, url),
        openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client,
    ):
        for _ in range(600):
            if httpx.get(f"{url}/v1/health", trust_env=False).json()["status"] == "ok":
                break
            time.sleep(0.2)
        completion = client.chat.completions.create(
            model="parkbot", messages=asked("我们园区想利用余热余压，有什么依据？")
        )
        message = completion.choices[0].message
        assert completion.parkbot_status == "answered" and "摘要，非原文" in message.content
        for annotation in message.annotations:
            cited = annotation.url_citation
            claim = message.content[cited.start_index : cited.end_index]
            assert f"[{cited.marker}]" in claim and cited.quotes[0]["text"] in claim
        refused = client.chat.completions.create(model="parkbot", messages=asked("园区食堂补贴多少钱一餐？"))
        assert refused.parkbot_status == "refused" and refused.choices[0].message.annotations == []
