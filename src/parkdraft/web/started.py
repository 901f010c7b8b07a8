"""What the person who starts a team's server reads, once it answers."""

from __future__ import annotations

from parkdraft.home import Home
from parkdraft.web.certificates import Pair
from parkdraft.web.public import Public
from parkdraft.web.running import Listening

_INVITE = "parkdraft team invite 로그인이름: 한 번 쓰는 초대 주소를 만듭니다."
_NAME_FIRST = (
    "초대 주소를 만들려면 [server] host에 브라우저에서 부르는 이름(프록시의 이름)을 적으세요.\n"
    '예: host = "parkdraft.example.co.kr"'
)
_STOP = "Ctrl+C. 하던 일을 마치고 끝납니다."
_ROOT = (
    "이 파일을 모든 PC의 '신뢰할 수 있는 루트 인증 기관'에 넣으세요 (그룹 정책이나 Intune).\n"
    "같은 폴더의 .key 파일은 아무에게도 주지 마세요."
)
_ONLY_HERE = (
    "인증서(--make-cert, --cert와 --key)도 프록시([server] proxy)도 없어 이 PC에서만 열립니다.\n"
    "암호와 고객 정보가 암호화되지 않은 채 네트워크에 나가지 않게 하기 위해서입니다."
)
_COMMANDS_STAY = (
    "parkdraft.toml에 [server]가 없어 명령으로도 초안을 만들고 승인할 수 있습니다.\n"
    "막으려면 작업 폴더의 parkdraft.toml에 [server] 한 줄을 적으세요."
)


def rows(
    home: Home, listening: Listening, public: Public, proxies: tuple[str, ...], *, closed: bool
) -> list[tuple[str, str]]:
    """Labels and what they say. ``closed``: the command line drafts nothing here."""
    said = [("작업 폴더", str(home.root)), ("데이터베이스", str(home.database))]
    if listening.pair is not None:
        said.append(("인증서", _certificate(listening.pair)))
        if listening.pair.root is not None:
            said.append(("루트 인증서", f"{listening.pair.root}\n{_ROOT}"))
    elif proxies:
        said.append(("프록시", f"{', '.join(proxies)}에서 오는 연결만 받습니다."))
    else:
        said.append(("여는 곳", _ONLY_HERE))
    said.append(("초대", _INVITE if public.address else _NAME_FIRST))
    if not closed:
        said.append(("명령", _COMMANDS_STAY))
    return [*said, ("끝내기", _STOP)]


def _certificate(pair: Pair) -> str:
    return f"{', '.join(pair.names)} ({pair.until.astimezone():%Y-%m-%d}까지)"
