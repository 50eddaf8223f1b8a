"""Chinese texts of elements, channels, regions and complaints."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "elements.title": "质量要素",
    "elements.intro": (
        "每项要素仅由其使用者评价，未使用者不作任何填补。重要性指使用者评分每高一分，全体用户感知"
        "质量相应的分数。"
    ),
    "elements.dissatisfied": "各要素的不满意使用者比例",
    "elements.scores": "各要素在其使用者中的得分",
    "elements.boards": "短板：{own}与最佳竞争对手比较",
    "elements.boards_line": "分业务短板：{own}的检验发现",
    "channels.title": "渠道接触率",
    "channels.intro": "在问卷所述期间内接触过各渠道的用户比例。",
    "channels.table": "使用各渠道的用户比例",
    "regions.title": "地区",
    "regions.table": "各地区{index}（按调整后得分排列）",
    "regions.chart": "调整后得分及95 %区间；虚线为共同均值",
    "regions.sources": "其他来源（各有其基数，与得分并列）",
    "loyalty.title": "忠诚度与投诉",
    "loyalty.intro": (
        "按问题处理结果分组的用户得分。各阶梯与得分相关，但不能证明处理方式导致了得分差异。"
    ),
    "loyalty.steps": "投诉阶梯",
    "loyalty.gaps": "各阶梯之间的差异",
    "finding.short_board": (
        "{scope}：{element}是短板：重要、得分低，且落后{other}{difference}分 {interval}，{p}。"
    ),
    "finding.behind": "{scope}：{element}落后{other}{difference}分 {interval}，{p}。",
    "finding.regions_alike": "按相同用户构成调整后，{count}个地区之间均无法区分。",
    "finding.regions_low": (
        "按相同用户构成调整后，在{count}个地区的{tiers}个梯队中，{regions}处于最低梯队。"
    ),
    "finding.ladder_lower": (
        "“{step}”用户的{construct}低于“{other}”用户{difference}分 {interval}，{p}。"
    ),
    "finding.ladder_higher": (
        "“{step}”用户的{construct}高于“{other}”用户{difference}分 {interval}，{p}。"
    ),
}
