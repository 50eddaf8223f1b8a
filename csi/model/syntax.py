"""lavaan model syntax read into a parameter table, and written back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from csi.errors import ModelError

Operator = Literal["=~", "~", "~~"]

_FORMULA = re.compile(r"^(?P<lhs>.+?)(?P<op>=~|~~|~)(?P<rhs>.+)$", re.DOTALL)
_NAME = re.compile(r"^[^\W\d][\w.]*$")
_START = re.compile(r"^start\(([^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the parameter table.

    Attributes
    ----------
    lhs, op, rhs : str
        ``construct =~ item``, ``outcome ~ predictor`` or ``a ~~ b``.
    fixed : float or None
        The value of a fixed parameter; None for a free one.
    label : str
        Parameters with the same label are equal; "" for none.
    start : float or None
        Starting value that the author gave.
    """

    lhs: str
    op: Operator
    rhs: str
    fixed: float | None = None
    label: str = ""
    start: float | None = None

    def __str__(self) -> str:
        return f"{self.lhs} {self.op} {self.rhs}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterTable:
    """A model: every parameter, fixed or free, in lavaan's terms.

    Attributes
    ----------
    parameters : tuple of Parameter
        Written ones first, then those that lavaan's ``sem()`` adds.
    items : tuple of str
        Observed variables, in the order of the measurement part.
    constructs : tuple of str
        Latent variables, in the order they are measured.
    syntax : str
        The text that was read.
    """

    parameters: tuple[Parameter, ...]
    items: tuple[str, ...]
    constructs: tuple[str, ...]
    syntax: str

    def items_of(self, construct: str) -> tuple[str, ...]:
        """Return the items that measure ``construct``."""
        return tuple(p.rhs for p in self.parameters if p.op == "=~" and p.lhs == construct)

    @property
    def paths(self) -> tuple[tuple[str, str], ...]:
        """The regressions as (predictor, outcome) pairs."""
        return tuple((p.rhs, p.lhs) for p in self.parameters if p.op == "~")

    def predictors_of(self, outcome: str) -> tuple[str, ...]:
        """Return the direct predictors of ``outcome``."""
        return tuple(source for source, target in self.paths if target == outcome)

    def antecedents_of(self, outcome: str) -> tuple[str, ...]:
        """Return everything with a directed route to ``outcome``, in the order of the model."""
        found: set[str] = set()
        waiting = [outcome]
        while waiting:
            for source in self.predictors_of(waiting.pop()):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        order = (*self.constructs, *self.items)
        return tuple(name for name in order if name in found and name != outcome)

    def with_error_variances(self, variances: Mapping[str, float]) -> ParameterTable:
        """Return the model with the error variances of some single items fixed."""
        parameters = tuple(
            replace(p, fixed=variances[p.lhs])
            if p.op == "~~" and p.lhs == p.rhs and p.lhs in variances
            else p
            for p in self.parameters
        )
        return replace(self, parameters=parameters)


def read_syntax(syntax: str) -> ParameterTable:
    """Read lavaan model syntax as ``lavaan::sem()`` does.

    Understood: ``=~``, ``~``, ``~~``, fixed values ``1*x``, labels ``a*x``, ``NA*x``,
    ``start(.5)*x``, ``#`` and ``!`` comments, ``;``, and formulas over several lines. Added as in
    lavaan: the first loading of a construct is 1; variances; covariances among exogenous
    constructs, and among the errors of outcomes that predict nothing.

    Parameters
    ----------
    syntax : str

    Returns
    -------
    ParameterTable

    Raises
    ------
    ModelError
        With every formula that cannot be read, or what makes the model impossible.

    Examples
    --------
    >>> table = read_syntax("Value =~ v1 + v2 + v3")
    >>> [str(p) for p in table.parameters][:3]
    ['Value =~ v1', 'Value =~ v2', 'Value =~ v3']
    """
    written = _written_parameters(syntax)
    constructs = _unique(p.lhs for p in written if p.op == "=~")
    names = _unique(
        name for op in ("=~", "~", "~~") for p in written if p.op == op for name in (p.rhs, p.lhs)
    )
    items = tuple(name for name in names if name not in constructs)
    _refuse_impossible(written, constructs)
    parameters = [_first_loading_fixed(p, written) for p in written]
    parameters += _added(parameters, items, constructs)
    return ParameterTable(
        parameters=tuple(parameters), items=items, constructs=constructs, syntax=syntax
    )


def _written_parameters(syntax: str) -> list[Parameter]:
    parameters: list[Parameter] = []
    faults: list[str] = []
    for formula in _formulas(syntax):
        try:
            parameters += _read_formula(formula)
        except ModelError as error:
            faults.append(str(error))
    if not faults and not parameters:
        faults.append("The model is empty: write at least one `construct =~ item + item` line.")
    seen: set[tuple[str, ...]] = set()
    for p in parameters:
        key = (p.op, *sorted((p.lhs, p.rhs))) if p.op == "~~" else (p.op, p.lhs, p.rhs)
        if key in seen:
            faults.append(f"`{p}` stands in the model twice: keep one.")
        seen.add(key)
    if faults:
        raise ModelError("\n".join(faults))
    return parameters


def _formulas(syntax: str) -> list[str]:
    """Split the text into formulas: one a line, longer where a line cannot end."""
    lines = [re.split(r"[#!]", line, maxsplit=1)[0] for line in syntax.splitlines()]
    formulas: list[str] = []
    for part in (piece.strip() for line in lines for piece in line.split(";")):
        if not part:
            continue
        continues = formulas and (formulas[-1][-1] in "+~*" or part[0] in "+~*" or part[:2] == "=~")
        if continues:
            formulas[-1] += " " + part
        else:
            formulas.append(part)
    return formulas


def _read_formula(formula: str) -> list[Parameter]:
    for operator, remedy in {
        "<~": "Formative constructs belong in a PLS path model: see `csi.model.pls`, mode B.",
        ":=": "Total and indirect effects are computed from every fit; leave the line out.",
        "==": "Give equal parameters the same label instead, e.g. `a*x1 + a*x2`.",
        "<": "Inequality constraints are not supported; the diagnosis reports improper values.",
        ">": "Inequality constraints are not supported; the diagnosis reports improper values.",
        "|": "Thresholds of ordinal items are not supported; items are taken as numbers.",
    }.items():
        if operator in formula:
            raise ModelError(f"`{formula}` uses `{operator}`. {remedy}")
    match = _FORMULA.match(formula)
    if match is None:
        raise ModelError(
            f"`{formula}` is not a formula: write `construct =~ items`, `outcome ~ predictors` or "
            "`a ~~ b`."
        )
    op: Operator = match["op"]  # type: ignore[assignment]
    left = [_name(part, formula) for part in match["lhs"].split("+")]
    terms = [_term(part, formula) for part in match["rhs"].split("+")]
    return [
        Parameter(lhs, op, name, fixed=fixed, label=label, start=start)
        for lhs in left
        for name, fixed, label, start in terms
    ]


def _term(text: str, formula: str) -> tuple[str, float | None, str, float | None]:
    """Read ``modifier*name`` into name, fixed value, label, start (NaN fixed: explicitly free)."""
    *modifiers, name = (part.strip() for part in text.split("*"))
    fixed: float | None = None
    label, start = "", None
    for modifier in modifiers:
        if modifier == "NA":
            fixed = float("nan")
        elif given := _START.match(modifier):
            start = float(given[1])
        elif _is_number(modifier):
            fixed = float(modifier)
        elif _NAME.match(modifier):
            label = modifier
        else:
            raise ModelError(
                f"`{modifier}` in `{formula}` is not a value, a label, NA or start(value)."
            )
    if name == "1":
        raise ModelError(
            f"`{formula}` has an intercept. Means are left free and estimated from the data; leave "
            "the line out."
        )
    return _name(name, formula), fixed, label, start


def _name(text: str, formula: str) -> str:
    name = text.strip()
    if not _NAME.match(name):
        shown = name or "nothing"
        raise ModelError(
            f"`{formula}` has {shown!r} where a name belongs; names begin with a letter and hold "
            "letters, digits, `_` and `.`."
        )
    return name


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _refuse_impossible(written: Iterable[Parameter], constructs: tuple[str, ...]) -> None:
    parameters = list(written)
    faults = [
        f"`{p}` regresses a variable on itself."
        for p in parameters
        if p.op == "~" and p.lhs == p.rhs
    ]
    faults += [
        f"`{p}` measures a construct by itself."
        for p in parameters
        if p.op == "=~" and p.lhs == p.rhs
    ]
    if not constructs:
        faults.append("The model measures no construct: it needs a `construct =~ items` line.")
    cycle = _cycle({(p.rhs, p.lhs) for p in parameters if p.op == "~"})
    if cycle:
        faults.append(
            f"The paths form a circle ({' → '.join(cycle)}); effects need a direction, so "
            "remove one."
        )
    if faults:
        raise ModelError("\n".join(faults))


def _cycle(paths: set[tuple[str, str]]) -> list[str]:
    """Return the names along one circle of paths, or nothing."""
    outcomes: dict[str, list[str]] = {}
    for source, target in sorted(paths):
        outcomes.setdefault(source, []).append(target)
    done: set[str] = set()

    def walk(name: str, route: list[str]) -> list[str]:
        if name in route:
            return [*route[route.index(name) :], name]
        if name in done:
            return []
        for following in outcomes.get(name, []):
            if found := walk(following, [*route, name]):
                return found
        done.add(name)
        return []

    return next((found for name in outcomes if (found := walk(name, []))), [])


def _first_loading_fixed(p: Parameter, written: list[Parameter]) -> Parameter:
    """Fix the first loading of a construct to 1, unless the author chose otherwise."""
    if p.fixed is not None and p.fixed != p.fixed:
        return replace(p, fixed=None)
    if p.op != "=~" or p.fixed is not None:
        return p
    own = [q for q in written if q.op == "=~" and q.lhs == p.lhs]
    chosen = any(q.fixed is not None for q in own)
    return replace(p, fixed=1.0) if own[0] is p and not chosen else p


def _added(
    written: list[Parameter], items: tuple[str, ...], constructs: tuple[str, ...]
) -> list[Parameter]:
    """Return the variances and covariances that lavaan adds."""
    given = {tuple(sorted((p.lhs, p.rhs))) for p in written if p.op == "~~"}
    measured = {p.rhs for p in written if p.op == "=~"}
    outcomes = {p.lhs for p in written if p.op == "~"}
    predictors = {p.rhs for p in written if p.op == "~"}
    single = {
        own[0]
        for construct in constructs
        if len(own := [p.rhs for p in written if p.op == "=~" and p.lhs == construct]) == 1
    }
    variances = [
        Parameter(name, "~~", name, fixed=0.0 if name in single and name in items else None)
        for name in (*items, *constructs)
        if (name, name) not in given
    ]
    factors = [name for name in constructs if name not in measured]
    observed = [name for name in items if name not in measured]
    exogenous = [n for n in (*factors, *observed) if n not in outcomes]
    terminal = [n for n in (*factors, *observed) if n in outcomes and n not in predictors]
    pairs = [*combinations(exogenous, 2), *combinations(terminal, 2)]
    covariances = [Parameter(a, "~~", b) for a, b in pairs if tuple(sorted((a, b))) not in given]
    return variances + covariances


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
