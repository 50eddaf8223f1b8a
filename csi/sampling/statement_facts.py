"""What the method statement can say by itself: sentences in both languages from plan and field."""

from __future__ import annotations

import math

import pandas as pd

from csi.questionnaire.schema import Text
from csi.sampling.fieldwork import Fieldwork
from csi.sampling.plan import SamplingPlan
from csi.sampling.sample import Sample
from csi.sampling.settings import domain_name
from csi.storage import installed_version


def instrument_facts(plan: SamplingPlan) -> tuple[Text, ...]:
    """Name the questionnaire by version and hash."""
    asked = plan.questionnaire
    facts = [
        Text(
            f"Questionnaire {asked.id}, version {asked.version}, {len(asked.items)} questions; the "
            f"exact wording is available",
            f"问卷{asked.id}，版本{asked.version}，共{len(asked.items)}题；题目原文可供查阅",
        )
    ]
    if asked.sha256:
        facts.append(
            Text(
                f"SHA-256 of the questionnaire file: {asked.sha256}",
                f"问卷文件的SHA-256：{asked.sha256}",
            )
        )
    return tuple(facts)


def population_facts(plan: SamplingPlan, sample: Sample | None) -> tuple[Text, ...]:
    """Count the customers, and say whom the rules left out."""
    drawn, quota = _sides(plan)
    size, strata = int(plan.cells["population"].sum()), domain_name(plan.settings.strata)
    facts = [
        Text(
            f"{size:,} customers in {len(plan.cells)} strata ({strata})",
            f"共{size:,}名用户，分为{len(plan.cells)}层（{strata}）",
        )
    ]
    if len(quota):
        part = int(quota["population"].sum())
        facts.append(
            Text(
                f"{part:,} of them, in {len(quota)} strata, are on no list to draw from",
                f"其中{len(quota)}层的{part:,}名用户没有可供抽样的名单",
            )
        )
    if sample is not None and len(drawn):
        facts.append(Text(sample.coverage_note("en"), sample.coverage_note("zh")))
    return tuple(facts)


def selection_facts(plan: SamplingPlan, sample: Sample | None) -> tuple[Text, ...]:
    """Say how customers were selected, at random or by quota."""
    drawn, quota = _sides(plan)
    version = installed_version("csi")
    facts = []
    if len(drawn):
        facts.append(
            Text(
                f"Stratified simple random sample from the operator's list of customers in "
                f"{len(drawn)} strata: in each the customers with the smallest random numbers, a "
                f"hash of their key and a seed. Reserves are the next numbers and are released in "
                f"whole replicates, never by an interviewer's choice",
                f"在{len(drawn)}层中按用户名单进行分层简单随机抽样：由用户标识与随机种子的散列值"
                f"生成随机数，每层取其最小者。备用号码依次排在其后，按整组释放，访问员不得自行选择",
            )
        )
    if sample is not None:
        facts.append(
            Text(
                f"Drawn by csi {version} with seed {sample.seed}, wave {sample.wave} of "
                f"{sample.panels} panels; SHA-256 of the drawn keys: {sample.fingerprint()}",
                f"由csi {version}抽取，随机种子{sample.seed}，第{sample.wave}期，"
                f"共{sample.panels}个轮换组；抽中标识的SHA-256：{sample.fingerprint()}",
            )
        )
    if len(quota):
        facts.append(
            Text(
                f"{len(quota)} strata are filled by quota. This part is not a probability sample",
                f"{len(quota)}层采用配额方式完成，这部分不是概率样本",
            )
        )
    return tuple(facts)


def precision_facts(plan: SamplingPlan, fieldwork: Fieldwork | None) -> tuple[Text, ...]:
    """Give sizes by kind of sample, and margins of error for the random part only."""
    drawn, quota = _sides(plan)
    facts = [_sizes(drawn, quota, fieldwork)]
    facts += [_margin(plan, str(domain), rows) for domain, rows in _random_margins(plan)]
    if len(quota):
        facts.append(
            Text(
                "No margin of error is given for groups that contain quota interviews",
                "含配额访问的群体不给出抽样误差",
            )
        )
    if fieldwork is not None:
        total = fieldwork.overall()
        facts.append(
            Text(
                f"Outcome rates (AAPOR Standard Definitions): RR1 {total['RR1']:.1%}, RR3 "
                f"{total['RR3']:.1%} (e = {total['eligibility']:.3f}), cooperation COOP1 "
                f"{total['COOP1']:.1%}, refusal REF1 {total['REF1']:.1%}, contact CON1 "
                f"{total['CON1']:.1%}, of {int(total['released']):,} numbers released",
                f"访问结果比率（AAPOR标准定义）：在释放的{int(total['released']):,}个号码中，"
                f"应答率RR1为{total['RR1']:.1%}，RR3为{total['RR3']:.1%}"
                f"（e = {total['eligibility']:.3f}），合作率COOP1为{total['COOP1']:.1%}，"
                f"拒访率REF1为{total['REF1']:.1%}，接触率CON1为{total['CON1']:.1%}",
            )
        )
    return tuple(facts)


def weighting_facts(plan: SamplingPlan) -> tuple[Text, ...]:
    """State the base weights of each kind of sample."""
    drawn, quota = _sides(plan)
    facts = []
    if len(drawn):
        facts.append(
            Text(
                "Base weights: the eligible customers of a stratum over the numbers released "
                "in it, reserves included",
                "基础权数：各层合格用户数除以该层释放的号码数（含备用号码）",
            )
        )
    if len(quota):
        facts.append(
            Text(
                "Quota interviews have no base weight from a selection probability",
                "配额访问没有由入样概率得出的基础权数",
            )
        )
    return tuple(facts)


def limitation_facts(
    plan: SamplingPlan, sample: Sample | None, fieldwork: Fieldwork | None
) -> tuple[Text, ...]:
    """State the limits that follow from the design and the field."""
    facts = [
        Text(
            "Margins of error cover sampling only: not non-response, coverage, wording or mode",
            "抽样误差只反映抽样本身，不包括无应答、覆盖、措辞和访问方式造成的误差",
        )
    ]
    if len(_sides(plan)[1]):
        facts.append(
            Text(
                "Differences between customers drawn at random and customers found by quota rest "
                "on the weaker of the two designs",
                "随机抽取的用户与配额用户之间的差异，其可靠性以较弱的设计为准",
            )
        )
    if sample is not None:
        left_out = sample.audit[sample.audit["unknown"] > 0]["rule"].tolist()
        if left_out:
            facts.append(
                Text(
                    f"The rules {', '.join(left_out)} could not be applied to customers without "
                    f"the information",
                    f"缺少相应信息的用户无法适用规则：{'、'.join(left_out)}",
                )
            )
    if fieldwork is not None:
        silent = 1 - float(fieldwork.overall()["RR3"])
        if not math.isnan(silent):
            facts.append(
                Text(
                    f"{silent:.0%} of the eligible numbers gave no complete interview; if they "
                    f"differ from the others, the results are biased",
                    f"{silent:.0%}的合格号码未完成访问；如果他们与其他人不同，结果就会有偏差",
                )
            )
    return tuple(facts)


def _sizes(drawn: pd.DataFrame, quota: pd.DataFrame, fieldwork: Fieldwork | None) -> Text:
    if fieldwork is None:
        counts = {"probability": int(drawn["n"].sum()), "quota": int(quota["n"].sum())}
        verb, verb_zh = "planned", "计划完成"
    else:
        done = fieldwork.progress.groupby("design")["complete"].sum()
        counts = {kind: int(done.get(kind, 0)) for kind in ("probability", "quota")}
        verb, verb_zh = "completed", "完成"
    en = f"{counts['probability']:,} interviews {verb} in the probability sample"
    zh = f"概率样本{verb_zh}{counts['probability']:,}份"
    if len(quota):
        en += f", {counts['quota']:,} in the quota sample"
        zh += f"，配额样本{verb_zh}{counts['quota']:,}份"
    return Text(en, zh)


def _random_margins(plan: SamplingPlan) -> list[tuple[object, pd.DataFrame]]:
    random = plan.margins[plan.margins["design"] == "probability"]
    return list(random.groupby("domain", sort=False))


def _margin(plan: SamplingPlan, domain: str, rows: pd.DataFrame) -> Text:
    low, high = rows["half_width"].min(), rows["half_width"].max()
    level, deff = plan.settings.conf_level, plan.cells["deff"].mean()
    span = f"±{low:.1f}" if high - low < 0.05 else f"±{low:.1f}–{high:.1f}"
    target = "index" if plan.settings.target == "change" else plan.settings.target
    return Text(
        f"Planned margin of error of the {target}, {domain}: {span} points at {level:.0%} "
        f"confidence, with a design effect of {deff:.2g}",
        f"计划抽样误差（{'总体' if domain == 'all' else domain}）：置信度{level:.0%}下{span}分，"
        f"设计效应{deff:.2g}",
    )


def _sides(plan: SamplingPlan) -> tuple[pd.DataFrame, pd.DataFrame]:
    quota = plan.cells["design"] == "quota"
    return plan.cells[~quota], plan.cells[quota]
