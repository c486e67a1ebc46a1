"""Whether a question leans on the turns before it, where its words leave that open."""

import pytest

from parkbot.answers import Answer, AnswerStatus
from parkbot.conversation.leaning import Told, told_by_vector, untold
from parkbot.conversation.memory import Turn
from parkbot.conversation.recognising import leaning, recognised
from parkbot.conversation.topics import topic_of
from parkbot.models.student import StudentEmbedder
from parkbot.questions import analyse


@pytest.fixture(scope="module")
def tell():
    embedder = StudentEmbedder()
    return told_by_vector(embedder.name, embedder.embed_query)


@pytest.mark.parametrize(
    "question",
    [
        "最后交到哪个部门盖章？",
        "没验收就先用了会怎么样",
        "老板个人也要跟着掏钱吗",
        "who comes back to look at it afterwards?",
        "suppose we simply never sent it in",
    ],
)
def test_what_means_nothing_alone_leans(tell, question):
    assert recognised(analyse(question)) or leaning(analyse(question), tell(question).leans)


@pytest.mark.parametrize(
    "question",
    [
        "节能审查由哪个部门批？",
        "厂里的废油漆桶该交给谁处理",
        "绿色工厂怎么申报",
        "who issues pollutant discharge permits?",
        "Do data centres have to use green power?",
    ],
)
def test_what_says_itself_what_it_is_about_does_not(tell, question):
    assert leaning(analyse(question), tell(question).leans) is None


def test_who_asks_for_facts_starts_anew_unless_it_surely_leans():
    assert leaning(analyse("今天的碳价是多少？"), 0.1) is None
    assert leaning(analyse("归哪家来审？"), 2.5)


@pytest.mark.parametrize(
    "question",
    ["你会唱歌吗", "女儿发烧了，能吃退烧药吗", "which team won last night?", "my laptop won't start"],
)
def test_an_aside_is_told(tell, question):
    assert tell(question).is_aside


@pytest.mark.parametrize("question", ["今天的碳价是多少？", "楼下便利店几点关门"])
def test_a_stranger_to_the_library_leans_on_nothing(tell, question):
    assert not (recognised(analyse(question)) or leaning(analyse(question), tell(question).leans))


@pytest.mark.parametrize(
    "question", ["罚多少？", "谁来查", "那水的呢？", "and who checks it?", "绿证怎么买？"]
)
def test_what_is_asked_of_a_policy_is_no_aside(tell, question):
    assert not tell(question).is_aside


def test_of_another_embedder_nothing_is_said_and_nothing_embedded():
    assert told_by_vector("another", lambda text: pytest.fail("embedded")) is untold
    assert untold("最后交到哪个部门？") == Told(0.0, 0.0)


@pytest.mark.parametrize(
    ("asked", "understood", "topic"),
    [
        ("罚多少，罚谁？", "能源审计，罚多少，罚谁？", "能源审计"),
        ("要是还不改呢", "能源审计，要是还不改，怎么处罚？", "能源审计"),
        ("And who pays, and when?", "Energy audit: who pays, and when?", "Energy audit"),
    ],
)
def test_a_turn_is_about_what_stood_before_its_own_words(asked, understood, topic):
    language = analyse(asked).language
    assert Turn.of(Answer(asked, understood, language, AnswerStatus.ANSWERED, "")).topic == topic


@pytest.mark.parametrize("asking", ["想问下", "请问下", "问一下", "想请教一下"])
def test_how_a_question_begins_is_no_part_of_its_matter(asking):
    assert topic_of(analyse(f"{asking}绿色工厂怎么申报")) == "绿色工厂"
