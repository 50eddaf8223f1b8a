"""Let GNU PSPP read the SPSS files that csi writes, and csi those that PSPP writes.

Run: python benchmarks/spss_pspp.py        (needs PSPP: apt-get install pspp)

PSPP is another reading of the format than pyreadstat's. Every row of the table is one property of a
file and whether the other program found it; the script fails if one is lost.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "responses"))

from spss_samples import rich_data

from csi.questionnaire.reading import read_questionnaire
from csi.responses.spss import read_spss, write_spss
from csi.responses.spss_data import SpssData
from csi.responses.template import spss_template

RESULTS = Path(__file__).parent / "results" / "spss_pspp.md"
QUESTIONNAIRE = Path(__file__).parents[1] / "questionnaires" / "telecom_province.yaml"

LOOK = """GET FILE='{file}'.
SHOW WEIGHT.
DISPLAY DICTIONARY.
MRSETS /DISPLAY NAME=ALL.
DISPLAY ATTRIBUTES.
DISPLAY DOCUMENTS.
DESCRIPTIVES 满意度 /STATISTICS=MEAN.
LIST 满意度 短 意见.
"""

SEEN = {
    "case weight": r"WEIGHT is wt",
    "weighted cases (of 5: 1.5 valid)": r"总体满意度？,1\.50+,8\.00",
    "Chinese variable name and label": r"满意度,1,总体满意度？",
    "measure, role, width, alignment": r"总体满意度？,Ordinal,Output,8,Center",
    "missing range": r"98 THRU 99",
    "missing range without end, and one value": r"LOWEST THRU 0; ?9",
    "missing text": r"短,.*A8,A8,\W*否",
    "value labels of numbers": r"98\[?a?\]?,不知道",
    "value labels of long texts": r"网络很好,good network",
    "set of multiple answers, dichotomies": r"\$?channels,接触渠道,.*used_the_hotline_this_year",
    "set of multiple answers, categories": r"\$?both,.*满意度",
    "set counted by a text": r"\$说,是或否,Dichotomies,是",
    "attributes of a variable": r"question\[1\],您对移动服务的总体满意度？",
    "attributes of the file": r"study\[2\],2026 Q1",
    "documents": r"第一行",
    "a text of 600 bytes": "长" * 200,
    "long names of variables": r"used_the_hotline_this_year",
}

WRITE = """SET LOCALE='{encoding}'.
DATA LIST LIST /满意度 (F8.0) 短 (A10) wt (F8.2) 使用过业务厅的 (F8.0) 使用过业务厅吗 (F8.0).
BEGIN DATA
8 是 1.5 1 0
98 否 0.5 0 1
93 是 1 1 1
END DATA.
VARIABLE LABELS 满意度 '总体满意度'.
VALUE LABELS 满意度 1 '很低' 98 '不知道'.
MISSING VALUES 满意度 (90 THRU 97, 98).
WEIGHT BY wt.
VARIABLE ATTRIBUTE VARIABLES=满意度 ATTRIBUTE=text('您满意吗').
DATAFILE ATTRIBUTE ATTRIBUTE=study('2026').
MRSETS /MDGROUP NAME=$ch LABEL='渠道' VARIABLES=使用过业务厅的 使用过业务厅吗 VALUE=1.
SAVE OUTFILE='{file}'{option}.
"""

HEARD: dict[str, Callable[[SpssData], bool]] = {
    "encoding found": lambda d: d.encoding.replace("-", "") in ("utf8", "gb18030", "gbk"),
    "case weight": lambda d: d.dictionary.weight == "wt",
    "Chinese names beyond eight bytes": lambda d: (
        list(d.frame)[3:] == ["使用过业务厅的", "使用过业务厅吗"]
    ),
    "labels": lambda d: d.dictionary.variables["满意度"].label == "总体满意度",
    "value labels": lambda d: d.dictionary.variables["满意度"].value_labels[98.0] == "不知道",
    "missing range and value": lambda d: (
        [d.dictionary.variables["满意度"].is_missing(v) for v in (8.0, 93.0, 98.0)]
        == [False, True, True]
    ),
    "attributes": lambda d: (
        d.dictionary.variables["满意度"].attributes["text"] == ("您满意吗",)
        and d.dictionary.attributes["study"] == ("2026",)
    ),
    "set of multiple answers": lambda d: (
        d.dictionary.multiple_response_sets["ch"].variables == ("使用过业务厅的", "使用过业务厅吗")
        and d.dictionary.multiple_response_sets["ch"].label == "渠道"
    ),
    "values": lambda d: (
        d.frame["满意度"].tolist() == [8.0, 98.0, 93.0]
        and d.frame["短"].tolist() == ["是", "否", "是"]
    ),
}


def pspp(syntax: str, folder: Path) -> str:
    """Run PSPP and return what it printed, tables as CSV."""
    script, out = folder / "run.sps", folder / "out.csv"
    script.write_text(syntax, encoding="utf-8")
    done = subprocess.run(
        ["pspp", "--syntax-encoding=UTF-8", "-o", str(out), "-O", "format=csv", str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    printed = out.read_text("utf-8") if out.is_file() else ""
    return done.stdout + done.stderr + printed


def sample() -> SpssData:
    """Return data that use everything; PSPP wants two variables in every set of answers."""
    data = rich_data()
    old = data.dictionary
    twin = {**old.variables, "短二": old.variables["短"]}
    sets = {**old.multiple_response_sets}
    sets["说"] = replace(sets["说"], variables=("短", "短二"))
    return replace(
        data,
        frame=data.frame.assign(短二=data.frame["短"]),
        dictionary=replace(old, variables=twin, multiple_response_sets=sets),
    )


def read_by_pspp(folder: Path) -> dict[str, list[bool]]:
    """Return for each property whether PSPP finds it, in .sav and in .zsav."""
    rows: dict[str, list[bool]] = {name: [] for name in SEEN}
    for ending in ("sav", "zsav"):
        path = write_spss(sample(), folder / f"rich.{ending}")
        printed = pspp(LOOK.format(file=path), folder)
        for name, pattern in SEEN.items():
            rows[name].append(re.search(pattern, printed) is not None)
    return rows


def template_by_pspp(folder: Path) -> bool:
    """Tell whether PSPP reads the template of a questionnaire without a complaint."""
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    path = write_spss(spss_template(questionnaire, language="zh"), folder / "template.sav")
    printed = pspp(f"GET FILE='{path}'.\nDISPLAY DICTIONARY.\n", folder)
    return "error" not in printed and "warning" not in printed and "业务" in printed


def written_by_pspp(folder: Path) -> dict[str, list[bool]]:
    """Return for each property whether csi finds it: three encodings, plain and .zsav."""
    rows: dict[str, list[bool]] = {name: [] for name in HEARD}
    for encoding in ("UTF-8", "GBK", "GB18030"):
        for ending, option in (("sav", " /UNCOMPRESSED"), ("zsav", " /ZCOMPRESSED")):
            path = folder / f"{encoding}.{ending}"
            said = pspp(WRITE.format(encoding=encoding, file=path, option=option), folder)
            if not path.is_file():
                raise SystemExit(f"PSPP did not write {path.name}: {said}")
            data = read_spss(path)
            for name, found in HEARD.items():
                rows[name].append(bool(found(data)))
    return rows


def table(title: str, columns: list[str], rows: dict[str, list[bool]]) -> list[str]:
    """Return a table of ticks."""
    lines = ["", f"## {title}", "", f"| property | {' | '.join(columns)} |"]
    lines.append("| --- " * (len(columns) + 1) + "|")
    for name, found in rows.items():
        lines.append(f"| {name} | {' | '.join('yes' if ok else '**lost**' for ok in found)} |")
    return lines


def main() -> int:
    if shutil.which("pspp") is None:
        print("PSPP is not installed: apt-get install pspp", file=sys.stderr)
        return 0
    version = subprocess.run(["pspp", "--version"], capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seen, heard = read_by_pspp(folder), written_by_pspp(folder)
        template = template_by_pspp(folder)
    lines = [
        "# SPSS files between csi and GNU PSPP",
        "",
        f"Made by `benchmarks/spss_pspp.py` with {version.stdout.splitlines()[0]}. "
        "pyreadstat has no part in what PSPP reads.",
    ]
    lines += table("Written by csi, read by PSPP", [".sav", ".zsav"], seen)
    lines += table(
        "Written by PSPP, read by csi",
        [f"{e} {s}" for e in ("UTF-8", "GBK", "GB18030") for s in (".sav", ".zsav")],
        heard,
    )
    verdict = "read without a warning" if template else "**not read**"
    lines += ["", f"The template of `telecom_province` in Chinese: {verdict}."]
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")
    good = template and all(all(row) for row in (*seen.values(), *heard.values()))
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
