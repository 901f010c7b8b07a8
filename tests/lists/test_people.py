"""Whoever a list means is meant again when the list that was kept is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parkdraft.lists.people import Listed, people_of
from parkdraft.values.people import ascii_address

HANEUL, DOYUN = "haneul@example.com", "doyun@example.co.kr"
PIECES = (
    *(
        "김하늘",
        "이대리",
        "이상무",
        "박도윤 과장",
        "운영팀",
        "소장",
        "현장소장",
        "님",
        "(정)",
        "외 1명",
    ),
    *(HANEUL, DOYUN, f"<{HANEUL}>", f"({DOYUN})", "mailto:", "①", "1.", "@"),
    *(",", ";", "/", "·", "\n", " ", " 및 ", "<", ">", "(", ")", "，"),
)
cells = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@given(cells, cells, st.sampled_from(("", "과장", "소장, 과장", "-", "과장(진)")))
def test_who_is_meant_without_doubt_is_meant_again(name: str, email: str, title: str) -> None:
    """No cell makes it fail; every address is one that stands there; kept people stay the same."""
    people, problems = people_of(name, email, title)
    for one in people:
        assert ascii_address(one.address) == one.address
        assert one.address in name + email  # and none that was made of others
    if problems or not all(one.name for one in people):
        return
    for one in people:
        again, wrong = people_of(one.name, one.address, one.title, kept=True)
        assert (again, wrong) == ([Listed(one.name, one.title, one.address)], [])
