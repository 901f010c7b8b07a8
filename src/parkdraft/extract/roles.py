"""Which option a value is meant for, where the words around it say so.

Only words directly before or behind a value count, and each word for one value of a kind only.
In doubt there is no role.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from parkdraft.extract.patterns import Proposal
from parkdraft.lazy import lazy

_NEAR = 30  # characters that are looked at on either side
_NOUN = r"(?: ?(?:등록 ?)?(?:차량|차|번호판|번호|차번))"
_OLD = (
    r"기존(?:에 ?(?:쓰던|타던|이용하던|등록된|등록한)?)?|이전|종전|당초|원래|현재|변경 ?전"
    rf"|등록(?:된|되어 ?있는)|(?<![가-힣])구(?={_NOUN})"
)
_NEW = (
    r"변경 ?(?:후|할|될|하실|희망)|바꿀|바뀐|새로 ?(?:산|뽑은|구입한|구매한|바꾼)"
    r"|대차|렌터카|렌트카"
    rf"|(?:변경|신규|새로운|새|신|렌트)(?={_NOUN})"
)
_DAY = (
    r"(?: ?(?:희망|요청|신청|예정)?(?:일시|일자|일|시각|시간|시점|날짜|희망|요청|신청|예정)){0,2}"
)
_HOW = r"(?:(?:현장|카드|자동|중복|이중|무인|사전|추가|정상|일반|에서|으로|앱) ?){0,3}"
_FEE = r"주차 ?(?:비|료|요금)"
_ENDS = r"(?:일자|일|자)?"

# The words that stand before a value, up to it, and the role that they tell.
_BEFORE = {
    "plate": (
        (rf"(?:{_OLD}){_NOUN}{{0,3}}", "old-plate"),
        (rf"(?:{_NEW}){_NOUN}{{0,3}}", "new-plate"),
        (rf"(?:(?<!미)인식|촬영)(?:된|한)?{_NOUN}{{1,3}}", "read-plate"),
        (rf"(?:오인식|찍힌|읽힌){_NOUN}{{0,3}}", "read-plate"),
    ),
    "date": (
        (rf"해지{_DAY}", "cancel-date"),
        (r"(?:적용|변경) ?(?:시작|희망|예정|요청)?(?:일자|일|날짜)", "from-date"),
        (r"(?:사용|이용|대차)? ?기한", "until"),
        (rf"(?:시작|개시){_DAY}", "start"),
        (rf"(?:종료|만료|마감){_DAY}", "end"),
        (rf"(?:결제|승인){_DAY}", "paid-at"),
        (rf"입차{_DAY}", "entry-at"),
        (rf"출차{_DAY}", "exit-at"),
    ),
    "money": (
        (r"최대 ?(?:주차)? ?(?:요금|금액)?", "daily-max"),
        (rf"(?:결제|승인|청구|출금|납부|지불|구매) ?(?:요금|금액|액|비용|가|건)?|{_FEE}", "paid"),
        (r"(?<![가-힣])(?<![가-힣] )(?:요금|금액)", "paid"),
    ),
}
# The same for the words directly behind a value.
_BEHIND = {
    "plate": (
        (r" ?\((?:기존|이전|현재|구|변경 ?전)[가-힣 ]{0,6}\)", "old-plate"),
        (r" ?\((?:신규|변경|새|신|대차|렌트)[가-힣 ]{0,6}\)", "new-plate"),
        (
            rf"{_NOUN}?(?:으로|로) ?{_NOUN}{{0,2}}[를을]? ?"
            r"(?:변경|교체|바꾸|바꿔|바꿀|바뀌|바뀐|수정)",
            "new-plate",
        ),
        (r" ?(?:으로|로) ?(?:잘못 ?|오)?(?:인식|찍|읽)", "read-plate"),
    ),
    "date": (
        (rf"{_ENDS} ?(?:부터|로|부로|에)? ?(?:변경|적용)", "from-date"),
        (
            rf"{_ENDS}(?:로|에|부로|까지만?)? ?(?:(?:쓰고|이용 ?후|사용 ?후) ?)?(?:중도 ?)?해지",
            "cancel-date",
        ),
        (rf"{_ENDS} ?(?:부터|에? ?(?:시작|개시))", "start"),
        (rf"{_ENDS} ?(?:까지|에? ?(?:만료|종료))", "end"),
        (rf"{_ENDS} ?(?:경|쯤)?에? ?입차", "entry-at"),
        (rf"{_ENDS} ?(?:경|쯤)?에? ?(?:출차|나갔|나왔|나올)", "exit-at"),
        (
            rf"{_ENDS} ?(?:경|쯤|분)?에?[ ,]{{0,3}}(?:{_FEE}[를가로]? ?)?"
            rf"(?:[0-9,만천백]{{1,12}} ?원?[을를이가]? ?)?{_HOW}결제",
            "paid-at",
        ),
    ),
    "money": (
        (r" ?[이가]? ?(?:일|하루) ?최대", "daily-max"),
        (
            rf"[을를이가씩]? ?(?:정도 ?)?{_HOW}"
            r"(?:결제|일시불|승인|납부|지불|청구|냈|나왔|나와|빠져|출금|긁)",
            "paid",
        ),
    ),
}
# A label may have the line above to itself, a request such as 해지 요청 may not.
_TO_THE_VALUE = (
    r"[\])』」]?(?: ?\([^()\n]{0,10}\))? *[:=>은는이가-]? *"
    r"(?:(?:(?<=[일자시간각짜액금호전후량:])|(?<=[일자시간각짜액금호전후량:] ))\n\s*)?[(\[『「]?\Z"
)
_TELLS_BEFORE = {
    kind: tuple((lazy(rf"(?:{words}){_TO_THE_VALUE}"), role) for words, role in table)
    for kind, table in _BEFORE.items()
}
_TELLS_BEHIND = {
    kind: tuple((lazy(words), role) for words, role in table) for kind, table in _BEHIND.items()
}
# Between an old plate and the new one; a lone > at a line's start quotes a mail.
_TURNS = lazy(
    rf"{_NOUN}?(?: ?\([가-힣 ]{{1,8}}\))?(?:\s*(?:[-=~]+>+|[→⇒➔➜➡▶►»⟶↦])| *(?:>+|에서))\s*"
    rf"(?:(?:신규|변경 ?후|변경|새|대차){_NOUN}{{0,3}} ?:?)?\s*"
)
_OBJECT = lazy(rf"{_NOUN}?[을를] ?(?:(?:신규|새|대차){_NOUN}{{0,3}} ?)?")
_INTO = lazy(rf"{_NOUN}?(?:으로|로)")


def with_roles(text: str, seen: Sequence[Proposal]) -> list[Proposal]:
    """The values (in the order of the text) with the roles that the words tell."""
    values: list[Proposal] = []
    used: dict[str, int] = {}  # kind → where the words end that told the last role
    for proposal in seen:
        kind = "date" if proposal.kind == "moment" else proposal.kind
        role, used[kind] = _role(text, kind, proposal, used.get(kind, 0))
        values.append(proposal._replace(role=role or proposal.role))
    return _with_other_plate(_with_exchange(text, values))


def _role(text: str, kind: str, proposal: Proposal, used: int) -> tuple[str | None, int]:
    """The role, and where its words end; words before ``used`` belong to another value."""
    before = text[max(used, proposal.start - _NEAR) : proposal.start]
    for words, role in _TELLS_BEFORE.get(kind, ()):
        if words.search(before):
            return role, proposal.end
    behind = text[proposal.end : proposal.end + _NEAR].partition("\n")[0]
    for words, role in _TELLS_BEHIND.get(kind, ()):
        if match := words.match(behind):
            return role, proposal.end + match.end()
    return None, proposal.end


def _with_exchange(text: str, values: list[Proposal]) -> list[Proposal]:
    """Roles of an old and a new plate: ``A → B``, ``A에서 B로``, ``A를 B로``."""
    plates = [index for index, proposal in enumerate(values) if proposal.kind == "plate"]
    for old, new in pairwise(plates):
        between = values[old].end, values[new].start
        if _TURNS.fullmatch(text, *between) or (
            _OBJECT.fullmatch(text, *between) and _INTO.match(text, values[new].end)
        ):
            values[old] = values[old]._replace(role="old-plate")
            values[new] = values[new]._replace(role="new-plate")
    return values


def _with_other_plate(values: list[Proposal]) -> list[Proposal]:
    """Of two plates, where one is the old or the new one, the other gets the other role."""
    roles: dict[str, str | None] = {}
    for proposal in values:
        if proposal.kind == "plate" and proposal.role != "read-plate":
            roles[proposal.value] = roles.get(proposal.value) or proposal.role
    missing = {"old-plate", "new-plate"}.difference(filter(None, roles.values()))
    if len(roles) != 2 or len(missing) != 1 or None not in roles.values():
        return values
    (role,) = missing
    other = next(plate for plate, known in roles.items() if known is None)
    return [
        proposal._replace(role=role) if proposal.value == other else proposal for proposal in values
    ]
