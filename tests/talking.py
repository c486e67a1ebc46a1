"""A small law to talk about, and an assistant that holds it, for the tests of conversations."""

from collections.abc import Iterator
from contextlib import contextmanager

from parkbot import build
from parkbot.assistant import PolicyAssistant
from parkbot.settings import Settings

LAW = """---
title: 中华人民共和国园区节能法
title_en: Park Energy Law
date_issued: 2024-03-01
effective_from: 2024-05-01
level: national law
language: zh
---

第一条 重点用能单位应当每年向管理节能工作的部门报送能源利用状况报告。

第二条 管理节能工作的部门应当对能源利用状况报告进行审查，提出书面整改要求。

整改期限不得超过六个月。

第三条 重点用能单位未报送能源利用状况报告的，责令限期改正；逾期不改正的，处五万元罚款。

第四条 重点用能单位拒不落实本法第二条规定的整改要求的，处三十万元罚款。

第五条 园区应当安装用水计量器具，并对余热余压进行利用。
"""

DIGEST = """---
id: zero
title: 关于开展零碳园区建设的通知
date_issued: 2025-06-30
level: ministry document
language: zh
text_kind: digest
---

# 关于开展零碳园区建设的通知

## 一、重点任务

### 绿电直供与就近匹配 {#m01}

- 出处：一、（一）

开发园区周边的可再生能源，采用绿电直连。

### 清洁低碳供热 {#m02}

- 出处：一、（二）

利用生物质能和工业余热供热。

### 建立碳排放管理制度 {#m03}

- 出处：一、（三）

园区建立用能和碳排放管理制度。
"""


@contextmanager
def assistant(data_dir: object, **settings: object) -> Iterator[PolicyAssistant]:
    """An assistant that holds both, with the embedder that ships, and is closed afterwards."""
    given = {"bundled_knowledge": False, **settings}
    opened = build.assistant(Settings(data_dir=data_dir, **given), owner="tests")
    try:
        opened.add_document("法.md", LAW.encode())
        opened.add_document("通知.md", DIGEST.encode())
        opened.refresh()
        yield opened
    finally:
        opened.close()
