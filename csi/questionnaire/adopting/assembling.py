"""Make a questionnaire of a form: names, codes, scales, conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from csi.questionnaire.adopting.carrying import carry_condition
from csi.questionnaire.adopting.coding import Coded, code_options
from csi.questionnaire.adopting.expressions import InexpressibleError
from csi.questionnaire.adopting.names import Names
from csi.questionnaire.adopting.nodes import Target
from csi.questionnaire.adopting.parts import Form, FormItem
from csi.questionnaire.conditions import parse_condition
from csi.questionnaire.schema import Block, Item, Questionnaire, Scale

_SEVERAL = 3
_POINTS = range(4, 12)


@dataclass(slots=True, kw_only=True)
class Assembled:
    """A questionnaire, and what its file says beside the items."""

    questionnaire: Questionnaire
    comments: dict[str, list[str]] = field(default_factory=dict)


def assemble(form: Form, *, declared: bool, aliases: Mapping[str, str] | None = None) -> Assembled:
    """Turn a form into a questionnaire; what is changed or lost is added to its notes.

    Parameters
    ----------
    form : Form
    declared : bool
        Whether the form says which options are missing codes.
    aliases : mapping of str to str
        Other names of questions, and ``question/option`` for one choice of a multiple question.

    Returns
    -------
    Assembled
    """
    return _Assembler(form, declared, aliases or {}).assemble()


class _Assembler:
    def __init__(self, form: Form, declared: bool, aliases: Mapping[str, str]) -> None:
        self.form = form
        self.declared = declared
        self.aliases = aliases
        self.names = Names()
        self.scales: dict[str, Scale] = {}
        self.shared: dict[tuple[str, bool | None], Coded] = {}
        self.items: dict[str, Item] = {}
        self.targets: dict[str, Target] = {}
        self.comments: dict[str, list[str]] = {}

    def assemble(self) -> Assembled:
        pairs: list[tuple[FormItem, str]] = []
        blocks = []
        block_names = Names()
        for part in self.form.blocks:
            block = block_names.take(part.name or "block")
            named = [(source, self.item(source, block)) for source in part.items]
            pairs += named
            names = tuple(name for _, name in named)
            if names:
                blocks.append(Block(id=block, title=part.title, items=names, kind=part.kind))
        for source, name in pairs:
            self.route(source, name)
        if not self.declared:
            self.hint_at_scales([source for source, _ in pairs])
        form = self.form
        questionnaire = Questionnaire(
            id=form.name,
            version=form.version or "1",
            title=form.title,
            blocks=tuple(blocks),
            items=self.items,
            minutes=form.minutes,
        )
        return Assembled(questionnaire=questionnaire, comments=self.comments)

    def item(self, source: FormItem, block: str) -> str:
        name = self.names.take(source.name)
        self.comments[name] = list(source.comments)
        if name != source.name:
            self.tell(source, name, f"the question `{source.name}` is now `{name}`")
        coded = self.code(source, name)
        missing = {**coded.missing, **source.missing}
        scale = self.scale(source, coded) if source.type in ("scale", "single") else None
        kind = source.type
        if source.options and kind in ("scale", "single"):
            kind = "scale" if scale else "single"
        self.items[name] = Item(
            id=name,
            type=kind,
            block=block,
            text=source.text,
            scale=scale,
            choices={} if scale else coded.choices,
            missing=missing,
            role=source.role,
            use=source.use,
            reverse=source.reverse,
            sensitive=source.sensitive,
            minimum=source.minimum,
            maximum=source.maximum,
        )
        self.targets.setdefault(
            source.name,
            Target(
                item=self.items[name],
                codes=coded.codes,
                may_be_blank=source.optional or bool(source.conditions),
            ),
        )
        return name

    def code(self, source: FormItem, name: str) -> Coded:
        """Code the options; what is to be said of options that are shared is said once."""
        if not source.options:
            return Coded()
        key = (source.shared, source.rating)
        if source.shared and key in self.shared:
            return self.shared[key]
        coded = code_options(source.options, rating=source.rating, declared=self.declared)
        for remark in coded.remarks:
            if source.shared:
                self.form.note(source.shared, f"{remark[0].upper()}{remark[1:]}.")
            else:
                self.tell(source, name, remark)
        self.shared[key] = coded
        return coded

    def scale(self, source: FormItem, coded: Coded) -> Scale | None:
        """Return the scale of an item: one that is there already, or a new one."""
        if coded.ends is None:
            return None
        points = [code for code in coded.codes.values() if code not in coded.missing]
        own = source.missing
        scale = Scale(
            id="",
            minimum=min(points),
            maximum=max(points),
            low=coded.ends[0],
            high=coded.ends[1],
            missing={code: kind for code, kind in coded.missing.items() if code not in own},
        )
        for known in self.scales.values():
            same = replace(known, id="") == scale
            if same and (not source.scale or known.id == source.scale):
                return known
        name = source.scale or f"{scale.minimum}_to_{scale.maximum}"
        name = _free(name if name[0].isalpha() else f"scale_{name}", self.scales)
        self.scales[name] = replace(scale, id=name)
        return self.scales[name]

    def route(self, source: FormItem, name: str) -> None:
        """Carry over who is asked."""
        if not source.conditions:
            return
        shown = " and ".join(source.conditions)
        try:
            text, remarks = carry_condition(source.conditions, self.form.dialect, self.target)
        except InexpressibleError as error:
            self.tell(source, name, f"not carried over: asked if `{shown}` ({error})")
            return
        for remark in remarks:
            self.tell(source, name, f"asked if `{text}`, but {remark}")
        if text:
            self.items[name] = replace(self.items[name], ask_if=parse_condition(text))

    def hint_at_scales(self, sources: Sequence[FormItem]) -> None:
        """Tell of lists that may be scales: several questions share them, in codes that follow."""
        uses = Counter(source.shared for source in sources if source.type == "single")
        for (shared, _), coded in self.shared.items():
            codes = sorted(coded.choices)
            follow = codes == list(range(codes[0], codes[-1] + 1)) if codes else False
            if uses[shared] >= _SEVERAL and follow and len(codes) in _POINTS:
                message = "It stays a list of choices; if it is a rating scale, put it in `scales`."
                self.form.note(shared, message)

    def target(self, name: str) -> Target:
        alias = self.aliases.get(name, name)
        question, _, option = alias.partition("/")
        if question not in self.targets:
            raise InexpressibleError(f"there is no question `{name}`")
        target = self.targets[question]
        if not option:
            return target
        if option not in target.codes:
            raise InexpressibleError(f"`{question}` has no choice `{option}`")
        return replace(target, chosen=target.codes[option])

    def tell(self, source: FormItem, name: str, message: str) -> None:
        self.form.note(source.where, f"`{name}`: {message}.")
        self.comments[name].append(message)


def _free(name: str, taken: Mapping[str, object]) -> str:
    number, chosen = 1, name
    while chosen in taken:
        number += 1
        chosen = f"{name}_{number}"
    return chosen
