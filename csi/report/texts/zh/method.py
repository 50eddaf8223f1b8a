"""Chinese texts of the method appendix and the data tables."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "method.title": "方法附录",
    "method.design": "总体、样本与权重",
    "method.population": "总体",
    "method.mode": "访问方式",
    "method.fieldwork": "访问时间",
    "method.sample": "样本",
    "method.sample_value": "分析受访者{n}名",
    "method.weights": "权重",
    "method.weights_value": (
        "加权{how}：所有得分、比例、检验与模型均使用权重，n一律为未加权人数；权重的设计效应{deff}，"
        "有效样本量{n_eff}"
    ),
    "method.weights_column": "（答卷文件的“{column}”列）",
    "method.weights_margins": "，校准至{margins}的已知总量",
    "method.weights_none": "未加权：每名受访者权重相同",
    "method.strata": "抽样设计",
    "method.strata_value": "层数：{strata}；抽样单元：{psu}；自由度：{df}",
    "method.population_size": "总体规模",
    "method.infinite": "未使用：区间适用于一般意义上的服务，对现有用户也足够宽",
    "method.finite": (
        "{strata}层中有{known}层据此收窄区间：该处区间只适用于当时的用户，不适用于一般意义上的服务"
    ),
    "method.deff_index": "指数",
    "method.deff_index_value": "设计效应{deff}，有效样本量{n_eff}",
    "method.deff_alt": (
        "有效样本量等于权重之和的平方除以权重平方之和；权重的设计效应等于n除以有效样本量。"
    ),
    "method.questionnaire": "问卷",
    "method.index": "指数及其不确定性",
    "method.index_text": (
        "每个构念得分（包括{index}）都是其题项的加权平均，各题项由自身量表换算为0–100分。"
        "题项权重来自拟合的模型，合计为1："
    ),
    "method.index_alt": (
        "第g组的指数等于对题项k求和：ω k乘以题项k的均值减最小值再除以量程，再乘以100。"
        "ω k等于载荷k除以载荷之和。"
    ),
    "method.uncertainty": (
        "标准误采用线性化方法（Binder 1983），包含权重、分层、整群以及题项权重估计的影响。"
        "区间为95 %置信区间，取自以设计自由度为自由度的t分布。"
    ),
    "method.missing": "缺失回答",
    "method.missing_text": (
        "因不同原因缺失的回答分别处理。未询问与不适用从不填补。"
        "题项无回答按极大似然处理，利用全部已有回答，并假定缺失只取决于这些回答。"
    ),
    "method.missing_table": "各构念的回答与缺失原因",
    "missing.not_applicable": "不适用",
    "missing.dont_know": "不知道",
    "missing.refused": "拒答",
    "missing.skipped": "跳过",
    "missing.not_asked": "未询问",
    "missing.no_answer": "无回答",
    "method.model": "模型、拟合与诊断",
    "method.model_text": (
        "协方差结构模型，对加权矩作极大似然估计；标准误与校正χ²考虑抽样设计和非正态回答。"
        "每次拟合须先通过诊断，其路径方可解读：认可、暂定或不予公布。"
    ),
    "method.no_findings": "诊断没有发现问题。",
    "method.tests": "检验与小样本",
    "method.tests_text": (
        "共检验{total}项差异，双侧，并计入各组之间的协方差。p值在每一套比较"
        "（业务内各组、总体各组、各业务）之内校正：指数按Holm法，"
        "其余构念如有检验则按Benjamini-Hochberg法。"
        "校正后p值低于0.05者称为较高或较低；差异的区间未作校正。"
        "有效样本量不足{suppress}的数字不显示也不检验；不足{mark}者标以†。"
    ),
    "method.no_tests": (
        "本研究没有分组，故未作差异检验。有效样本量不足{suppress}的数字不予显示；不足{mark}者标以†。"
    ),
    "method.drivers": "驱动因素",
    "method.drivers_importance": (
        "重要性是对指数的非标准化总效应TE，换算到得分的0–100分尺度；绩效即得分本身。"
        "旁列的份额（LMG）是按所有进入次序平均的R²增量，合计100 %。名次区间取自估计值的联合分布。"
    ),
    "method.drivers_lmg_share": (
        "相对权重（LMG）是在以构念得分为自变量的回归中，按所有进入次序平均的指数R²增量，合计100 %。"
        "名次区间取自估计值的联合分布。总效应由路径构成，故与路径一并不予公布。"
    ),
    "method.importance_alt": (
        "驱动因素j的重要性等于它对s的总效应乘以κ s除以κ j，其中κ等于载荷平方和除以载荷之和。"
    ),
    "method.reproduce": "重现这些数字",
    "method.versions": "软件",
    "method.options": "选项",
    "method.changes": "对文件数值所作的处理",
    "change.missing_code": "识别的缺失代码",
    "change.column_renamed": "以其他名称找到的列",
    "change.columns_left_out": "问卷中没有而略去的列",
    "change.choice": "由代码清单读出的选项",
    "change.all_missing": "没有任何回答的题项",
    "change.constant": "只有一种回答的题项",
    "change.no_answer": "已询问而无回答",
    "change.not_asked": "未询问题项的单元格",
    "change.answered_though_not_asked": "剔除的回答：该题项本不应询问",
    "change.note": "关于文件的说明",
    "data.title": "数据表",
    "data.index": "各组指数",
    "data.waves": "历次调查的各组指数",
    "data.parts": "指数变动的各部分",
    "data.constructs": "各组其余构念",
    "data.indicators": "题项得分，全体受访者",
    "data.tests": "全部{count}项差异",
    "data.parameters": "模型参数",
    "data.parameters_withheld": "测量模型参数（路径不予公布）",
}
