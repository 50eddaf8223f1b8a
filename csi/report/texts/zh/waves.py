"""Chinese texts of changes between waves."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "trend.title": "有何变动",
    "trend.chart": "历次调查的{index}及95 %区间",
    "trend.alt": "历次调查折线图，由{first}至{last}。{rows}。",
    "trend.alt_row": "{label}由{first}变为{last}",
    "trend.joint": "；",
    "trend.own_lines": "{own}，分业务",
    "trend.index_table": "指数的变动与结论",
    "trend.construct_table": "有变动或不可比的其他构念（全体与本方）",
    "trend.unchanged_items": "{construct}（仅未改动题目：{items}）",
    "trend.waterfall": "指数为何变动：{scope}",
    "trend.waterfall_alt": "指数变动的瀑布图，{scope}：由{first}至{last}。变动的各部分：{rows}。",
    "trend.breaks": "序列中断之处",
    "part.mix": "用户构成变化",
    "part.level": "同类用户评价变化",
    "part.weights": "题目权重变化",
    "part.remainder": "余项",
    "part.total": "变动合计",
    "break.all": "全部",
    "break.questionnaire": "题目有改动",
    "break.mode": "调查方式改变",
    "break.design": "抽样设计改变",
    "finding.moved": "{scope}，与{wave}相比：{changes}。",
    "finding.moved_up": "{construct}{polarity}上升{difference}分 {interval}，{p}{unlike}",
    "finding.moved_down": "{construct}{polarity}下降{difference}分 {interval}，{p}{unlike}",
    "finding.nothing_moved": "与{wave}相比，{tests}项经检验的变动均不显著。",
    "finding.explained": (
        "{scope}：与{wave}相比的 {total} 分变动中，用户构成变化占 {mix} 分 {mix_interval}，"
        "同类用户评价变化占 {level} 分 {level_interval}。"
    ),
    "finding.lower_is_better": "（越低越好）",
    "caution.broken_mode": "与{wave}相比，调查方式有改动：无法判断变动，各趋势线在此中断。",
    "caution.broken_design": "与{wave}相比，抽样设计有改动：无法判断变动，各趋势线在此中断。",
    "caution.broken_measurement": (
        "{constructs}：与{wave}相比的部分变动不可比。剔除两次调查中测量方式不同的题目后，结论会改"
        "变，或无法判断。"
    ),
    "caution.broken_questions": (
        "与{wave}相比，{constructs}的题目有改动：无法就其全部题目判断变动，趋势线在此中断。"
    ),
    "scope.everybody": "全体受访者",
}
