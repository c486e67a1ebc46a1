"""Questions that the shipped knowledge answers, to start with."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "zh-CN": (
        "我们园区想利用余热余压，有什么依据？",
        "绿电直连的自发自用比例有什么要求？",
        "申报零碳园区要满足哪些基本条件？",
        "未报送能源利用状况报告，罚多少？",
        "园区循环化改造有什么要求？",
        "园区怎么推进数字化？",
    ),
    "en": (
        "What can our park do with waste heat?",
        "What share of direct green power must be used on site?",
        "How does a park apply to become a zero-carbon park?",
        "What is the fine for not reporting energy use?",
        "Which pollutants need a discharge permit?",
        "Article 53 of the Energy Conservation Law",
    ),
}
