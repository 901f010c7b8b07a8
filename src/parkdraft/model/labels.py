"""The centre's Korean words for identifiers, each with the spellings people may type.

The first word of each is shown; the rest are taken in tables and on the command line.
"""

from __future__ import annotations

Labels = dict[str, tuple[str, ...]]

CASES: Labels = {
    "registration": ("정기권 미등록", "정기권 등록", "미등록"),
    "plate-change": ("차량번호 변경", "정기권 차량번호 변경"),
    "cancellation": ("중도해지·환불", "중도해지", "환불"),
    "payment-cancel": ("현장결제 취소",),
    "lot-info": ("주차장 정보수정", "정보수정"),
    "parking-ticket": ("주차권 문의", "주차권"),
}
CHANNELS: Labels = {
    "email": ("이메일", "메일"),
    "slack": ("슬랙",),
    "agit": ("아지트",),
    "board": ("아마노쉐어 게시판", "아마노쉐어", "게시판"),
    "sheet": ("구글 시트", "시트"),
    "discount-site": ("웹할인 사이트", "웹할인", "현장별 웹할인 사이트"),
    "admin": ("주차 어드민", "어드민"),
    "app": ("고객이 앱에서 직접 변경", "고객이 앱에서 직접", "앱"),
}
AUTHORITIES: Labels = {
    "all": ("상담사 전원", "전원", "상담사"),
    "lead": ("팀장·부팀장", "팀장", "부팀장"),
    "none": ("권한 구분 없음 ('-')", "권한 구분 없음", "없음"),
}
INTEGRATIONS: Labels = {
    "integrated": ("연동 (T월주차권)", "연동", "T월주차권", "T월 주차권"),
    "manual": ("수동현장 (비연동)", "수동현장", "수동", "비연동"),
    "unaffiliated": ("비제휴",),
}
ANSWERS: Labels = {
    "accepted": ("안내에 동의", "동의", "수긍"),
    "refused": ("동의하지 않음", "미동의", "미수긍"),
}
REASONS: Labels = {
    "unregistered": ("미등록",),
    "unread": ("미인식",),
    "misread": ("오인식",),
    "discount": ("할인 미적용", "할인"),
}
DISCOUNTS: Labels = {
    "staff": ("한화생명 직원 할인", "직원 할인", "직원", "한화생명"),
    "restaurant": ("식음업장 할인", "식음업장"),
}
PROOFS: Labels = {
    "yes": ("증빙 있음", "있음", "예"),
    "no": ("증빙 없음", "없음", "아니요"),
}
ITEMS: Labels = {
    "fee": ("주차요금", "요금"),
    "address": ("주소·기타", "주소", "주소 및 기타"),
    "contract": ("계약정보", "계약"),
    "suspension": ("노출·판매중지", "판매중지", "노출중지", "노출/판매중지 요청"),
}
NEEDS: Labels = {
    "usual": ("일반 처리", "일반"),
    "confirm": ("운영사 확인 필요", "운영사확인"),
    "stuck": ("처리 불가",),
}
FALLBACKS: Labels = {
    "registration-error": ("등록 오류",),
    "site-down": ("접속 불가",),
}
STATES: Labels = {
    "pending": ("승인 대기",),
    "waiting": ("담당자 명단 대기",),
    "approved": ("발송 대기", "처리 대기"),
    "returned": ("반려",),
    "sent": ("발송 완료", "처리 완료"),
}

HEADERS = {
    "From": "발신(From)",
    "Reply-To": "회신(Reply-To)",
    "To": "수신(To)",
    "Cc": "참조(Cc)",
    "Bcc": "숨은참조(Bcc)",
    "Subject": "제목(Subject)",
}
"""Korean names of header fields."""


def state_label(state: str, channel: str) -> str:
    """A state's word; an e-mail is sent (발송), anything else is handled (처리)."""
    words = STATES[state]
    return words[0] if channel == "email" else words[-1]
