"""Whether a question asks for what a rule could say: learned from questions, told by their vectors."""

import numpy as np
import pytest

from parkbot.models.student import StudentEmbedder
from parkbot.retrieval.asking import asks_for_rule


@pytest.fixture(scope="module")
def embedder() -> StudentEmbedder:
    return StudentEmbedder()


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
    asks = asks_for_rule(embedder.name)
    rule, other = (asks(np.asarray(embedder.embed_query(each), np.float32)) for each in (question, near))
    assert rule > 0 > other


def test_of_another_embedders_vectors_nothing_is_said(embedder):
    vector = np.asarray(embedder.embed_query("余热怎么利用？"), np.float32)
    assert asks_for_rule("another")(vector) == 0.0
