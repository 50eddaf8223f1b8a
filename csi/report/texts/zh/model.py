"""Chinese texts of the path model, its measurement, fit and diagnosis."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "paths.title": "路径模型",
    "paths.intro": (
        "箭头为结构模型的标准化系数，方框内为已解释方差的比例。它们在模型之下成立，描述的是关联。"
    ),
    "paths.withheld_title": "系数不予公布",
    "paths.withheld_text": (
        "图中只有模型的假设。其系数未通过诊断，不得解读、引用或比较；"
        "原因及可用的排序见驱动因素一节。"
    ),
    "paths.provisional_title": "这些路径须谨慎解读",
    "paths.provisional_text": "模型仅暂定通过。诊断结果如下：",
    "paths.figure": "标准化路径系数，{scope}",
    "paths.hypotheses": "模型的假设，{scope}",
    "paths.alt": "路径图，箭头及其系数：{paths}。",
    "paths.alt_row": "{start}对{end} {label}",
    "paths.table": "路径系数，{scope}",
    "paths.note": "关于本模型",
    "measurement.title": "测量质量",
    "measurement.intro": (
        "题项测量构念的质量。通常标准：信度（α、ω）不低于0.70，平均方差抽取量（AVE）不低于0.50，"
        "标准化载荷不低于0.70。"
    ),
    "measurement.reliability": "构念的信度与聚合效度",
    "measurement.loadings": "题项：标准化载荷、在构念得分中的权重、均值",
    "fit.caption": "模型拟合",
    "fit.n": "受访者",
    "fit.npar": "自由参数",
    "fit.chi2": "χ²",
    "fit.chi2_scaled": "χ²（按设计校正）",
    "fit.cfi": "CFI",
    "fit.tli": "TLI",
    "fit.rmsea": "RMSEA [90 %区间]",
    "fit.srmr": "SRMR",
    "fit.loglik": "对数似然",
    "fit.aic": "AIC",
    "fit.bic": "BIC",
    "fit.verdict": "诊断结论",
    "model.certified": "认可",
    "model.provisional": "暂定",
    "model.withheld": "不予公布",
    "diagnosis.caption": "诊断结果",
    "severity.note": "提示",
    "severity.provisional": "暂定",
    "severity.withheld": "不予公布",
    "diagnosis.not_converged": "最优拟合的搜索没有结束：梯度为{value}，界限{limit}。",
    "diagnosis.variance": "{subject}的方差为{value}；方差须大于{limit}。",
    "diagnosis.not_positive_definite": (
        "各构念之间的相关系数不能同时成立：最小特征值为{value}，须大于{limit}。"
    ),
    "diagnosis.condition": (
        "数据几乎无法区分各参数：信息矩阵的条件数为{value}，界限{limit}；正常模型为20至100。"
    ),
    "diagnosis.correlation": "{subject}的相关系数为{value}，界限{limit}。",
    "diagnosis.htmt": "{subject}几乎无法区分：其异质—单质比率（HTMT）为{value}，界限{limit}。",
    "diagnosis.path_beyond_one": ("标准化路径{subject}为{value}，超出±{limit}，是共线性的征兆。"),
    "diagnosis.path_error": "标准化路径{subject}的标准误为{value}，界限{limit}。",
    "diagnosis.sign": "标准化路径{subject}为{value}，而这两个构念的相关系数为{limit}。",
    "diagnosis.effect_sign": "标准化总效应{subject}为{value}，而这两个构念的相关系数为{limit}。",
    "diagnosis.weak_loading": "题项{subject}的载荷仅为{value}，界限{limit}。",
    "diagnosis.other": "{subject}：{code}为{value}，界限{limit}。",
}
