"""What a question asks for, learned from questions and told by their vectors."""

import numpy as np
import pytest

from parkbot.models.student import StudentEmbedder
from parkbot.retrieval.asking import Asks


@pytest.fixture(scope="module")
def embedder() -> StudentEmbedder:
    return StudentEmbedder()


def vector(embedder: StudentEmbedder, question: str):
    return np.asarray(embedder.embed_query(question), np.float32)


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("高耗能企业不做能源审计会受什么处罚？", "做一次能源审计要花多少钱，找哪家比较靠谱？"),
        ("余热利用项目可以申请哪些资金支持？", "余热锅炉的换热面积怎么计算？"),
        ("固废贮存场所有什么要求？", "我们厂固废仓库现在还剩多少吨没拉走？"),
        ("Must our park publish its carbon emissions?", "Which carbon accounting software is the best?"),
        ("Who approves an energy saving review?", "Can you write an Excel formula for unit energy use?"),
    ],
)
def test_a_question_for_a_rule_is_told_from_one_near_it(embedder, question, near):
    asks = Asks.learned_for(embedder.name)
    rule, other = (asks.for_rule(vector(embedder, each)) for each in (question, near))
    assert rule > 0 > other


@pytest.mark.parametrize(
    ("punished", "near"),
    [
        ("没有排污许可证就排废水，罚多少？", "没评上绿色园区，罚多少？"),
        ("碳排放数据造假会怎么处罚？", "园区碳排放强度没降到目标会怎么处罚？"),
        ("用了国家淘汰的锅炉要罚款吗？", "厂房屋顶没装光伏要罚款吗？"),
        (
            "What is the fine for dumping hazardous waste?",
            "What is the fine for missing our recycling target?",
        ),
    ],
)
def test_an_act_that_is_punished_is_told_from_one_near_it(embedder, punished, near):
    asks = Asks.learned_for(embedder.name)
    act, other = (asks.of_punished(vector(embedder, each)) for each in (punished, near))
    assert act > 0 > other


def test_of_another_embedders_vectors_nothing_is_said(embedder):
    asks = Asks.learned_for("another")
    about = vector(embedder, "余热怎么利用？")
    assert asks.for_rule(about) == asks.of_punished(about) == 0.0
