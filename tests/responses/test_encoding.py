"""Telling the character set of a legacy file from its bytes."""

from __future__ import annotations

import random

import pytest

from csi.responses.encoding import Decoder, choose_encoding, declared_codec

SIMPLE = (
    "满意 不满意 非常 很低 很高 地市 成都 杭州 广州 西安 乌鲁木齐 呼和浩特 移动 联通 电信 "
    "网络 信号 资费 套餐 营业厅 客服 热线 投诉 账单 宽带 固话 手机 流量 通话 质量 品牌 "
    "印象 公平 价值 期望 忠诚度 推荐 离网 男 女 年龄 职业 收入 城镇 农村 是 否 拒答 "
    "不知道 未询问 其他 请说明 总体 问卷 编号 访问员 日期 样本 权重 省份 县区 "
)
TRADITIONAL = (
    "滿意 不滿意 非常 很低 很高 臺北 高雄 臺中 電信 網路 訊號 資費 方案 門市 客服 專線 "
    "申訴 帳單 寬頻 市話 手機 流量 通話 品質 品牌 印象 公平 價值 期望 忠誠度 推薦 男 女 "
    "年齡 職業 收入 城市 鄉村 是 否 拒答 不知道 其他 請說明 總體 問卷 編號 訪員 日期 樣本 "
    "權數 縣市 "
)
WESTERN = (
    "Zufriedenheit für über Qualität größer Straße Kündigung très élevé déjà été qualité "
    "réseau générale año señal atención teléfono compañía información naïve façade "
    "Öffnungszeiten Größe "
)


def sample(words: str, codec: str, seed: int) -> list[bytes]:
    rng = random.Random(seed)
    count = rng.randint(2, 30)
    texts = ("".join(rng.choices(words.split(), k=rng.randint(1, 3))) for _ in range(count))
    return [f"{rng.choice(['', 'Q1 ', 'v'])}{text}".encode(codec) for text in texts]


@pytest.mark.parametrize("declared", ["", "cp1252"])
@pytest.mark.parametrize(
    ("words", "codec", "expected"),
    [(SIMPLE, "gbk", "gb18030"), (TRADITIONAL, "big5", "cp950"), (SIMPLE, "utf-8", "utf-8")],
    ids=["gbk", "big5", "utf-8"],
)
def test_legacy_chinese_is_told_in_99_of_100_files(
    words: str, codec: str, expected: str, declared: str
) -> None:
    right = sum(
        choose_encoding(declared, sample(words, codec, seed)).codec == expected
        for seed in range(500)
    )
    assert right >= 495


def test_western_text_stays_western() -> None:
    for seed in range(500):
        texts = sample(WESTERN, "cp1252", seed)
        if all(text.isascii() for text in texts):
            continue
        assert choose_encoding("cp1252", texts).codec == "cp1252"
        assert choose_encoding("", texts).codec == "cp1252"


@pytest.mark.parametrize(
    ("name", "code_page", "codec"),
    [
        ("UTF-8", 65001, "utf-8"),
        ("windows-1252", None, "cp1252"),
        ("", 1252, "cp1252"),
        ("", 28591, "iso8859-1"),
        ("", 932, "cp932"),
        ("GB2312", None, "gb18030"),
        ("EUC-CN", None, "gb18030"),
        ("", 2, ""),
        ("", None, ""),
        ("", 99999, ""),
        ("hex", None, ""),
        ("idna", None, ""),
        ("a\0b", None, ""),
    ],
)
def test_what_a_file_declares(name: str, code_page: int | None, codec: str) -> None:
    assert declared_codec(name, code_page) == codec


def test_plain_ascii_needs_no_decision() -> None:
    assert choose_encoding("", [b"abc"]).codec == "utf-8"
    assert choose_encoding("cp1252", [b"abc"]).codec == "cp1252"
    assert choose_encoding("ascii", []).codec == "ascii"


def test_a_decoder_remembers_what_it_could_not_read() -> None:
    decode = Decoder(codec="utf-8")
    assert decode("满意  ".encode()) == "满意"
    assert decode("满意".encode()[:-1]) == "满"
    assert decode(b"a\xffb") == "a\ufffdb"
    assert decode.failures == [b"a\xffb"]
    assert Decoder(codec="gb18030")("满意".encode("gbk")) == "满意"
    assert Decoder(codec="ascii")("满意".encode()) == "满意"
