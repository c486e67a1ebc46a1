"""Questions that the shipped knowledge answers, to start with."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "zh-CN": (
        "我们园区想利用余热余压，有什么依据？",
        "园区怎么做绿电直连？自发自用比例有什么要求？",
        "申报国家级零碳园区要满足哪些条件？",
        "未报送能源利用状况报告，罚多少？",
        "园区循环化改造要做哪些工作？",
        "园区数字化和能碳管理平台怎么建？",
    ),
    "en": (
        "What may our park do about waste heat?",
        "What does green-power direct connection require?",
        "What are the conditions for applying as a zero-carbon park?",
        "What is the fine for not reporting energy use?",
        "What is a net-zero acceleration valley?",
        "What does an eco-industrial park have to show?",
    ),
}
