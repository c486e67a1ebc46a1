"""What punishes, and how surely it punishes what somebody asks about."""

import re

PUNISHES = re.compile(
    r"罚款|处罚|处以?[^，。；]{0,20}罚|没收|吊销|停业|处分|(?:刑事|赔偿|民事|侵权|连带|法律)责任"
    r"|\bfines?\b|\bpenalt|\bliab"
)
"""In the words of a measure."""
UNLIKELY = 0.1
"""Of less probability (training/punishing.py), what is found punishes another act and is no answer;"""
SURE = 0.3
"""of less than this it is shown with a word of caution."""


def is_unpunished(probability: float | None) -> bool:
    """Whether what is found hardly punishes the act that is asked about; not where nothing is known of it."""
    return probability is not None and probability < UNLIKELY


def is_doubtful(probability: float | None) -> bool:
    """Whether what is found may as well punish another act."""
    return probability is not None and UNLIKELY <= probability < SURE
