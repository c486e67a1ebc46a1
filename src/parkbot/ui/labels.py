"""Our own words on the pages, in both languages; the browser shows the one that is chosen there."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from parkbot.domain import Level, Status
from parkbot.events import State


@dataclass(frozen=True, slots=True)
class Label:
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def __html__(self) -> str:
        """Both, each marked with its language; the style sheet hides the one not chosen."""
        return Markup('<span class="t" lang="zh-CN">{}</span><span class="t" lang="en">{}</span>').format(
            self.zh, self.en
        )


STATUS = {
    Status.IN_FORCE: Label("未见废止", "no repeal found"),
    Status.NOT_YET_IN_FORCE: Label("尚未施行", "not yet in force"),
    Status.EXPIRED: Label("已过期", "period has ended"),
    Status.SUPERSEDED: Label("已有新版本", "superseded by a new version"),
    Status.REPEALED: Label("已废止", "repealed"),
    Status.UNKNOWN: Label("效力未知", "force unknown"),
}

LEVEL = {
    Level.NATIONAL_LAW: Label("法律", "national law"),
    Level.ADMINISTRATIVE_REGULATION: Label("行政法规", "administrative regulation"),
    Level.LOCAL_REGULATION: Label("地方性法规", "local regulation"),
    Level.STATE_COUNCIL_DOCUMENT: Label("国务院文件", "State Council document"),
    Level.MINISTRY_DOCUMENT: Label("部门文件", "ministry document"),
    Level.PLAN: Label("规划", "plan"),
    Level.LOCAL_DOCUMENT: Label("地方文件", "local document"),
    Level.STANDARD: Label("标准", "standard"),
    Level.INTERNATIONAL: Label("国际文件", "international document"),
    Level.COMMENTARY: Label("评论", "commentary"),
    Level.UNKNOWN: Label("类别未知", "kind unknown"),
}

STATE = {
    State.SEARCHING: Label("正在查找依据…", "Looking for sources…"),
    State.WRITING: Label("正在撰写…", "Writing…"),
    State.CHECKING: Label("正在逐句核对…", "Checking each sentence…"),
}

_REGION = {
    "CN": Label("全国", "China (national)"),
    "EU": Label("欧盟", "European Union"),
    "INTL": Label("国际", "international"),
}

UNDERSTOOD = Label("理解为：", "Understood as: ")
DIGEST = Label("摘要，非原文", "digest, not the original text")
URL_MISSING = Label("官方网址待补", "official address to be added")


def status(of: Status, checked_on: date | None) -> Label:
    """What is known of a document's force, and as of when: we don't certify force."""
    label = STATUS[of]
    if of is not Status.IN_FORCE or checked_on is None:
        return label
    month = f"{checked_on:%Y-%m}"
    return Label(f"{label.zh}（核对至 {month}）", f"{label.en} (checked {month})")


def region(of: str) -> Label:
    """A region's name where the library keeps a code; else as the document says it."""
    return _REGION.get(of, Label(of, of))


def titled(title: str) -> str:
    """A title as it is cited: Chinese ones in 《》, unless they carry their own."""
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in title)
    return f"《{title}》" if is_chinese and not title.startswith("《") else title
