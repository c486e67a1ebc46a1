import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from parkbot.domain import SHARED_SPACE, Document, Language, Measure, Span
from parkbot.index import lexical
from parkbot.index.lexical import LexicalIndex, tokenize

SHARED = (SHARED_SPACE,)
Entry = tuple[Document, Measure]


def entry(
    id: str, text: str, *, title: str = "法", space: str = SHARED_SPACE, language: Language = "zh"
) -> Entry:
    owner = id.partition(":")[0]
    document = Document(title=title, text=text, id=owner, space=space, language=language)
    return document, Measure(id, owner, 0, "第一条", (), text, Span(0, len(text)))


LAWS = [
    entry("energy:a1", "国家鼓励工业企业采用余热余压利用技术。", title="节约能源法"),
    entry("energy:a2", "重点用能单位应当每年报送能源利用状况报告。", title="节约能源法"),
    entry("water:a1", "企业应当节约用水，循环用水。", title="水法"),
    entry(
        "nzia:art1",
        "Net-zero technologies and waste heat recovery.",
        title="Net-Zero Industry Act",
        language="en",
    ),
    entry("park-a.own:a1", "本园区余热由管委会收购，余热余热。", title="园区办法", space="park-a"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lexical"


@pytest.fixture
def index(folder: Path) -> LexicalIndex:
    index = LexicalIndex(folder)
    index.refresh(lambda: LAWS, 1)
    return index


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [id for id, _ in found]


def test_a_measure_is_found_by_the_questions_that_it_answers(folder: Path):
    document, heat = LAWS[0]
    index = LexicalIndex(folder)
    index.refresh(lambda: [(document, replace(heat, questions=("锅炉的废热怎么办？",))), LAWS[2]], 1)
    assert ids(index.search("锅炉废热", 5, spaces=SHARED)) == ["energy:a1"]
    assert [index.comes_with_questions(id) for id in ("energy:a1", "water:a1")] == [True, False]


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "tokens"),
        [
            ("余热利用", ["余热", "热利", "利用"]),
            ("水", ["水"]),
            ("碳，水", ["碳", "水"]),
            ("PM2.5 and CO2", ["pm2.5", "and", "co2"]),
            ("第31条2024年", ["第", "31", "条", "2024", "年"]),
            ("ISO 14001：２０１５", ["iso", "14001", "2015"]),
            ("Émissions d'azote", ["émissions", "d", "azote"]),
            ("𠮷野家", ["𠮷野", "野家"]),
            ("——！。 \n", []),
            ("", []),
        ],
    )
    def test_pairs_of_characters_and_whole_words(self, text: str, tokens: list[str]):
        assert tokenize(text) == tokens


def test_the_best_measure_comes_first(index: LexicalIndex):
    found = index.search("余热利用有什么依据", 5, spaces=SHARED)
    assert ids(found)[0] == "energy:a1"
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert all(score > 0 for _, score in found)


def test_the_title_is_searched_too(index: LexicalIndex):
    assert set(ids(index.search("节约能源法", 5, spaces=SHARED))) >= {"energy:a1", "energy:a2"}


def test_what_shares_no_word_is_not_found(index: LexicalIndex):
    assert index.search("食堂补贴", 5, spaces=SHARED) == []
    assert index.search("？", 5, spaces=SHARED) == []


def test_no_more_than_asked_for(index: LexicalIndex):
    assert len(index.search("企业应当节约用水", 1, spaces=SHARED)) == 1
    assert index.search("企业", 0, spaces=SHARED) == []


def test_only_the_spaces_asked_for(index: LexicalIndex):
    assert "park-a.own:a1" not in ids(index.search("余热", 9, spaces=SHARED))
    assert ids(index.search("余热", 9, spaces=("park-a",))) == ["park-a.own:a1"]
    assert set(ids(index.search("余热", 9, spaces=(*SHARED, "park-a")))) == {"energy:a1", "park-a.own:a1"}
    assert index.search("余热", 9, spaces=()) == []
    assert index.search("余热", 9, spaces=("park",)) == []


def test_only_the_documents_asked_for(index: LexicalIndex):
    assert ids(index.search("企业应当节约用水", 9, spaces=SHARED, document_ids={"water", "unknown"})) == [
        "water:a1"
    ]
    assert index.search("企业", 9, spaces=SHARED, document_ids=()) == []
    assert index.search("余热", 9, spaces=SHARED, document_ids={"park-a.own"}) == []


def test_only_the_language_asked_for(index: LexicalIndex):
    query = "余热 waste heat"
    assert ids(index.search(query, 9, spaces=SHARED, language="en")) == ["nzia:art1"]
    assert ids(index.search(query, 9, spaces=SHARED, language="zh")) == ["energy:a1"]


def test_rare_words_tell_most(index: LexicalIndex):
    assert index.idf("能源") < index.idf("余压") < index.idf("食堂")


def test_what_is_known_is_known_in_a_space(index: LexicalIndex):
    assert index.knows("余热") and index.knows("管委") and not index.knows("食堂")
    assert index.knows("管委", ("park-a",)) and index.knows("管委", (*SHARED, "park-a"))
    assert not index.knows("管委", SHARED) and not index.knows("余热", ("park-b",))
    assert not index.knows("余热", ()) and not index.knows("食堂", SHARED)


class TestGenerations:
    def test_it_is_built_once_and_loaded_then(self, index: LexicalIndex, folder: Path):
        def never() -> list[Entry]:
            raise AssertionError("it was built again")

        assert index.refresh(never, 1) is False
        again = LexicalIndex(folder)
        assert again.refresh(never, 1) is False
        assert again.search("余热", 9, spaces=SHARED) == index.search("余热", 9, spaces=SHARED)
        assert again.idf("余压") == index.idf("余压")

    def test_a_new_generation_replaces_the_old_one(self, index: LexicalIndex, folder: Path):
        assert index.refresh(lambda: LAWS[2:3], 2) is True
        assert ids(index.search("余热节约用水", 9, spaces=SHARED)) == ["water:a1"]
        assert [path.name.rpartition("-")[2] for path in folder.iterdir()] == ["2"]

    def test_another_way_to_cut_words_is_another_index(self, index: LexicalIndex, folder: Path, monkeypatch):
        monkeypatch.setattr(lexical, "_FORMAT", 999)
        assert LexicalIndex(folder).refresh(lambda: LAWS, 1) is True

    @pytest.mark.parametrize("entries", [[], [entry("d:1", "！！", title="…")]])
    def test_a_library_without_words_is_no_error(self, folder: Path, entries: list[Entry]):
        for built in (True, False):
            index = LexicalIndex(folder)
            assert index.refresh(lambda: entries, 1) is built
            assert index.search("余热", 9, spaces=SHARED) == []
            assert index.idf("余热") > 0

    def test_before_the_first_refresh_nothing_is_found(self, folder: Path):
        index = LexicalIndex(folder)
        assert index.search("余热", 9, spaces=SHARED) == []
        assert index.idf("余热") > 0

    def test_a_build_that_fails_leaves_the_old_index(self, index: LexicalIndex, folder: Path):
        def broken():
            yield LAWS[0]
            raise RuntimeError("the library went away")

        with pytest.raises(RuntimeError):
            index.refresh(broken, 2)
        assert ids(index.search("余热", 9, spaces=SHARED)) == ["energy:a1"]
        assert len(list(folder.iterdir())) == 1
        assert LexicalIndex(folder).refresh(lambda: LAWS, 1) is False

    def test_what_a_killed_build_left_is_cleared(self, index: LexicalIndex, folder: Path):
        (folder / "tmpx" / "made").mkdir(parents=True)
        assert LexicalIndex(folder).refresh(lambda: LAWS, 1) is False
        assert len(list(folder.iterdir())) == 1


class TestDamage:
    @pytest.fixture(params=["missing", "empty", "half", "junk"])
    def damaged(self, request, index: LexicalIndex, folder: Path):
        def damage(path: Path) -> None:
            content = path.read_bytes()
            if request.param == "missing":
                path.unlink()
            else:
                path.write_bytes(
                    {"empty": b"", "half": content[: len(content) // 2], "junk": b"\xff{" * 99}[request.param]
                )

        return damage

    @pytest.mark.parametrize(
        "file",
        [
            "entries.json",
            "document_of.npy",
            "data.csc.index.npy",
            "indices.csc.index.npy",
            "indptr.csc.index.npy",
            "vocab.index.json",
            "params.index.json",
        ],
    )
    def test_a_damaged_index_is_built_again(self, folder: Path, damaged, file: str):
        (generation,) = folder.iterdir()
        damaged(generation / file)
        again = LexicalIndex(folder)
        assert again.refresh(lambda: LAWS, 1) is True
        assert ids(again.search("余热", 9, spaces=SHARED)) == ["energy:a1"]


def test_searches_go_on_while_it_is_refreshed(index: LexicalIndex, folder: Path):
    failures: list[object] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                found = ids(index.search("余热", 9, spaces=SHARED))
                if found not in (["energy:a1"], ["other:a1"]):
                    failures.append(found)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for generation in range(2, 12):
        entries = [entry("other:a1", "余热。")] if generation % 2 else LAWS
        assert index.refresh(lambda entries=entries: entries, generation) is True
    shutil.rmtree(folder)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
