"""The Korean words of every problem: one table, code → (what is wrong, what to do next).

Placeholders are filled from ``Problem.data``. No wording repeats a customer's name,
phone or plate. Sections are named after the module that raises the code.
"""

from __future__ import annotations

from parkdraft.errors import Problem

WORDS: dict[str, tuple[str, str]] = {
    # process/plates.py
    "plate.empty": (
        "차량번호가 비어 있습니다.",
        "번호판에 적힌 번호를 모두 입력하세요.",
    ),
    "plate.too-long": (
        "차량번호가 {maximum}자를 넘습니다.",
        "번호판에 적힌 번호만 입력하세요.",
    ),
    "plate.two": (
        "차량번호가 두 개 이상 들어 있습니다.",
        "한 칸에는 차량번호를 하나만 입력하세요.",
    ),
    "plate.markup": (
        "차량번호에 쓸 수 없는 기호(< > &)가 들어 있습니다.",
        "기호를 지우고 번호판에 적힌 번호만 입력하세요.",
    ),
    "plate.characters": (
        "차량번호에 한글과 숫자가 아닌 글자가 들어 있습니다.",
        "괄호나 기호를 지우고 번호판에 적힌 번호만 입력하세요.",
    ),
    "plate.extra": (
        "차량번호 앞이나 뒤에 다른 글자가 붙어 있습니다.",
        "번호판에 적힌 번호만 남기고 나머지는 지우세요.",
    ),
    "plate.last-four-only": (
        "차량번호의 끝 네 자리만 입력했습니다.",
        "앞 숫자와 한글까지 번호판에 적힌 번호를 모두 입력하세요.",
    ),
    "plate.no-syllable": (
        "차량번호에 한글이 없습니다.",
        "앞 숫자와 끝 네 자리 사이의 한글 한 글자를 입력하세요.",
    ),
    "plate.no-digits": (
        "차량번호에 숫자가 없습니다.",
        "번호판에 적힌 번호를 모두 입력하세요.",
    ),
    "plate.half-syllable": (
        "차량번호의 한글이 한 글자로 완성되지 않았습니다.",
        "자음과 모음을 모두 입력하세요.",
    ),
    "plate.latin-digit": (
        "차량번호의 숫자 {digit} 자리에 다른 글자({letter})가 들어 있습니다.",
        "그 글자를 지우고 숫자 {digit}을 입력하세요.",
    ),
    "plate.english-layout": (
        "차량번호의 한글을 영문 자판으로 입력했습니다: '{typed}'의 한글은 '{meant}'입니다.",
        "한/영 키를 누른 뒤 다시 입력하세요.",
    ),
    "plate.latin-letters": (
        "차량번호에 영문자가 들어 있습니다.",
        "한글과 숫자로 다시 입력하세요. 번호판에 정말 영문자가 있으면 확인한 뒤 "
        "'번호판 모양을 확인했습니다'(--plate-confirmed)를 함께 선택하세요.",
    ),
    "plate.region": (
        "차량번호 앞의 글자가 번호판에 쓰이는 지역 이름이 아닙니다.",
        "지역은 서울, 경기처럼 두 글자로 적고, 지역이 아닌 글자는 지우세요.",
    ),
    "plate.front-missing": (
        "차량번호의 한글 앞에 숫자가 없습니다.",
        "한글 앞의 숫자 두세 자리까지 입력하세요.",
    ),
    "plate.front-digits": (
        "차량번호의 앞 숫자가 {count}자리입니다.",
        "앞 숫자는 두 자리나 세 자리입니다. 번호를 다시 확인하세요.",
    ),
    "plate.one-digit": (
        "지역 이름 없이 앞 숫자가 한 자리입니다.",
        "옛 번호판이면 지역 이름까지, 아니면 앞 숫자 두세 자리를 모두 입력하세요.",
    ),
    "plate.region-three-digits": (
        "지역 이름이 있는 번호판의 앞 숫자가 세 자리입니다.",
        "지역 이름을 지우거나, 앞 숫자가 두 자리인지 다시 확인하세요.",
    ),
    "plate.class-zero": (
        "차량번호의 앞 숫자가 0뿐입니다.",
        "앞 숫자를 다시 확인하세요.",
    ),
    "plate.construction-range": (
        "0으로 시작하는 세 자리 숫자가 건설기계 번호의 범위(001~027)를 벗어났습니다.",
        "앞 숫자를 다시 확인하세요.",
    ),
    "plate.one-syllable": (
        "차량번호의 앞 숫자와 끝 번호 사이에 한글이 {count}글자 있습니다.",
        "번호판의 한글은 한 글자입니다. 번호를 다시 확인하세요.",
    ),
    "plate.final-consonant": (
        "차량번호의 한글 '{syllable}'에 받침이 있습니다.",
        "번호판의 한글에는 받침이 없습니다. 글자를 다시 확인하세요.",
    ),
    "plate.vowel": (
        "차량번호의 한글 '{syllable}'에 번호판에서 쓰지 않는 모음이 있습니다.",
        "번호판에는 ㅏ, ㅓ, ㅗ, ㅜ와 택배용 '배'만 쓰입니다. 글자를 다시 확인하세요.",
    ),
    "plate.syllable": (
        "차량번호의 한글 '{syllable}' 자는 번호판에 쓰지 않습니다.",
        "번호판의 한글을 다시 확인하세요.",
    ),
    "plate.serial-digits": (
        "차량번호의 한글 뒤 숫자가 {count}자리입니다.",
        "한글 뒤의 숫자 네 자리를 모두 입력하세요.",
    ),
    "plate.serial-zero": (
        "차량번호의 끝 네 자리가 모두 0입니다.",
        "끝 네 자리를 다시 확인하세요.",
    ),
    "plate.diplomatic-digits": (
        "외교 차량번호의 숫자가 {count}자리입니다.",
        "외교 번호판은 한글 뒤에 숫자 세 자리가 두 번 옵니다. 번호를 다시 확인하세요.",
    ),
    "plate.temporary-digits": (
        "임시번호판의 숫자가 {count}자리입니다.",
        "'임' 또는 '임시' 뒤의 숫자 네 자리에서 여섯 자리를 모두 입력하세요.",
    ),
    "plate.unusual": (
        "알려진 번호판 모양이 아닙니다.",
        "빠진 글자가 없는지 보세요. 이륜차, 군용, 외빈처럼 모양이 다른 번호판이면 확인한 뒤 "
        "'번호판 모양을 확인했습니다'(--plate-confirmed)를 함께 선택하세요.",
    ),
    "plate.class-digit-misfit": (
        "차량번호의 앞 숫자가 그 한글의 용도와 맞지 않습니다.",
        "번호판을 한 번 더 확인하세요. 맞으면 그대로 진행해도 됩니다.",
    ),
    "plate.temporary": (
        "임시번호판으로 읽었습니다.",
        "정식번호가 나오면 차량번호 변경을 요청하세요.",
    ),
    "plate.confirmed": (
        "알려진 모양이 아닌 번호판을 상담사가 확인한 것으로 기록합니다.",
        "번호판에 적힌 번호와 같은지 한 번 더 확인하세요.",
    ),
    # process/values.py
    "text.empty": (
        "내용이 비어 있습니다.",
        "내용을 입력하세요.",
    ),
    "text.too-long": (
        "내용이 {count:,}자로, {maximum:,}자를 넘습니다.",
        "{maximum:,}자 안으로 줄이세요.",
    ),
    "text.line-break": (
        "쓸 수 없는 줄바꿈 문자가 들어 있습니다.",
        "줄바꿈이 있는 자리를 지우고 다시 입력하세요.",
    ),
    "text.control": (
        "탭이나 보이지 않는 제어 문자가 들어 있습니다.",
        "붙여넣은 내용을 지우고 직접 입력하세요.",
    ),
    "text.direction": (
        "글자의 방향을 바꾸는 보이지 않는 문자가 들어 있습니다.",
        "붙여넣은 내용을 지우고 직접 입력하세요.",
    ),
    "text.broken": (
        "깨진 글자가 들어 있습니다.",
        "깨진 글자를 지우고 다시 입력하세요.",
    ),
    "memo.resident-number": (
        "주민등록번호로 보이는 숫자가 들어 있습니다.",
        "주민등록번호는 운영사에 보내지 않습니다. 번호를 지우세요.",
    ),
    "memo.card-number": (
        "카드번호로 보이는 숫자가 들어 있습니다.",
        "카드번호는 운영사에 보내지 않습니다. 카드사와 끝 네 자리만 남기고 지우세요.",
    ),
    "money.empty": (
        "금액이 비어 있습니다.",
        "금액을 원 단위로 입력하세요(예: 12,000원).",
    ),
    "money.malformed": (
        "금액을 읽을 수 없습니다.",
        "12,000원 또는 3만5천원처럼 입력하세요.",
    ),
    "money.negative": (
        "금액이 0보다 작습니다.",
        "빼기 기호나 괄호 없이 금액을 입력하세요.",
    ),
    "money.zero": (
        "금액이 0원입니다.",
        "실제 금액을 입력하세요.",
    ),
    "money.too-large": (
        "금액이 1억 원을 넘습니다.",
        "금액의 자릿수를 다시 확인하세요.",
    ),
    "money.decimal": (
        "금액에 소수점이 있습니다.",
        "원 단위의 정수로 입력하세요(예: 12,000원).",
    ),
    "money.grouping": (
        "금액의 쉼표가 세 자리마다 있지 않습니다.",
        "금액의 자릿수를 확인하고 쉼표를 고치거나 지우세요.",
    ),
    "money.currency": (
        "원화가 아닌 금액입니다.",
        "금액을 원 단위로 입력하세요(예: 12,000원).",
    ),
    "count.empty": (
        "일수가 비어 있습니다.",
        "일수를 숫자로 입력하세요(예: 10일).",
    ),
    "count.malformed": (
        "일수를 읽을 수 없습니다.",
        "일수를 정수로 입력하세요(예: 10일).",
    ),
    "count.negative": (
        "일수가 0보다 작습니다.",
        "0 이상의 일수를 입력하세요.",
    ),
    "count.too-large": (
        "일수가 {maximum:,}일을 넘습니다.",
        "일수를 다시 확인하세요.",
    ),
    "flag.unknown": (
        "예 또는 아니요로 읽을 수 없습니다.",
        "'예'나 '아니요'로 입력하세요. 비워 두면 '아니요'입니다.",
    ),
    "choice.unknown": (
        "정해진 값이 아닙니다.",
        "다음 가운데 하나를 입력하세요: {allowed}",
    ),
    # process/moments.py
    "date.empty": (
        "날짜가 비어 있습니다.",
        "11월 23일 또는 연-월-일 순서로 입력하세요.",
    ),
    "date.malformed": (
        "날짜를 읽을 수 없습니다.",
        "11월 23일, 11/23 또는 연-월-일 순서로 입력하세요.",
    ),
    "date.impossible": (
        "달력에 없는 날짜입니다.",
        "월과 일을 다시 확인하세요.",
    ),
    "date.not-a-leap-year": (
        "그 해에는 2월 29일이 없습니다.",
        "날짜를 다시 확인하거나 연도까지 입력하세요.",
    ),
    "date.too-far": (
        "날짜가 올해에서 {years}년 넘게 떨어져 있습니다.",
        "연도를 다시 확인하세요.",
    ),
    "date.weekday": (
        "적힌 요일이 날짜와 다릅니다. 그 날짜는 {weekday}요일입니다.",
        "날짜와 요일 가운데 어느 것이 맞는지 확인하세요.",
    ),
    "date.with-time": (
        "날짜를 적는 곳에 시각이 있습니다.",
        "시각을 지우고 날짜만 입력하세요.",
    ),
    "moment.empty": (
        "일시가 비어 있습니다.",
        "11/23 14:05처럼 날짜와 시각을 입력하세요.",
    ),
    "moment.day-missing": (
        "시각만 있고 날짜가 없습니다.",
        "며칠의 시각인지 날짜를 앞에 적으세요(예: 11/23 14:05).",
    ),
    "time.malformed": (
        "시각을 읽을 수 없습니다.",
        "14:05, 오후 2:05 또는 14시 5분처럼 입력하세요.",
    ),
    "time.impossible": (
        "시계에 없는 시각입니다.",
        "시는 23, 분과 초는 59를 넘지 않게 입력하세요.",
    ),
    "time.twenty-four": (
        "24시로 적힌 시각은 어느 날인지 분명하지 않습니다.",
        "다음 날 날짜와 00:00으로 입력하세요.",
    ),
    "time.halves": (
        "오전·오후와 시각이 서로 맞지 않습니다.",
        "14:05처럼 24시간제로 입력하세요.",
    ),
    # process/phones.py
    "phone.empty": (
        "전화번호가 비어 있습니다.",
        "지역번호나 010부터 전화번호를 모두 입력하세요.",
    ),
    "phone.masked": (
        "전화번호의 일부가 가려져 있습니다.",
        "가려지지 않은 전화번호를 모두 입력하세요.",
    ),
    "phone.characters": (
        "전화번호에 숫자와 구분 기호가 아닌 글자가 들어 있습니다.",
        "이름이나 내선번호는 지우고 전화번호만 입력하세요.",
    ),
    "phone.two": (
        "전화번호가 두 개 이상 들어 있습니다.",
        "한 칸에는 전화번호를 하나만 입력하세요.",
    ),
    "phone.digits": (
        "전화번호의 자릿수가 맞지 않습니다.",
        "빠지거나 더 들어간 숫자가 없는지 확인하세요. 010 번호는 모두 11자리입니다.",
    ),
    "phone.unknown": (
        "국내에 없는 전화번호입니다.",
        "지역번호나 앞자리를 다시 확인하세요.",
    ),
    "phone.foreign": (
        "해외 전화번호입니다.",
        "국내 전화번호를 입력하세요.",
    ),
    # process/titles.py
    "title.surname-only": (
        "이름 없이 성과 직함({title})만 적혀 있습니다.",
        "담당자를 확인하고 이름을 모두 적으세요(예: 이서준 대리).",
    ),
    # writing/mail.py, writing/reader.py
    "mail.control-character": (
        "메일의 {header}에 줄바꿈이나 보이지 않는 제어 문자가 들어 있습니다.",
        "제어 문자를 지우고 한 줄로 다시 입력하세요.",
    ),
    "mail.address": (
        "메일의 {header} {number}번째 메일 주소를 쓸 수 없습니다.",
        "name@example.com처럼 이름과 띄어쓰기가 없는 영문 주소인지 확인하세요.",
    ),
    "mail.no-recipient": (
        "메일을 받을 사람(To)이 한 명도 없습니다.",
        "연락처에서 수신 담당자를 확인하세요.",
    ),
    "mail.no-subject": (
        "메일 제목이 비어 있습니다.",
        "서식 파일에서 제목을 확인하세요.",
    ),
    "mail.body-character": (
        "메일 본문에 보이지 않는 제어 문자가 들어 있습니다.",
        "붙여넣은 내용을 지우고 직접 다시 입력하세요.",
    ),
    "eml.not-ascii": (
        "초안 파일에 메일 형식에 쓸 수 없는 글자가 들어 있습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.line-ends": (
        "초안 파일의 줄바꿈 형식이 바뀌었습니다.",
        "다른 프로그램으로 고친 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.line-length": (
        "초안 파일에 998자를 넘는 줄이 있습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.header-line": (
        "초안 파일의 머리글에 형식에 맞지 않는 줄이 있습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.header-missing": (
        "초안 파일에 있어야 할 머리글이 없습니다: {header}.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.header-unknown": (
        "초안 파일에 없어야 할 머리글이 있습니다: {header}.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.header-twice": (
        "초안 파일에 같은 머리글이 두 번 이상 있습니다: {header}.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.header-order": (
        "초안 파일의 머리글 순서가 바뀌었습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.header-value": (
        "초안 파일의 머리글 값이 정해진 형식과 다릅니다: {header}.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.people": (
        "초안 파일의 {header}에 한 명만 있어야 하는데 여러 명이 있습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.mailbox": (
        "초안 파일의 {header} {number}번째 이름이나 주소가 형식에 맞지 않습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.encoded-word": (
        "초안 파일의 {header}에 바르게 읽을 수 없는 글자가 있습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.control-character": (
        "초안 파일의 {header}에 보이지 않는 제어 문자가 들어 있습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    "eml.body": (
        "초안 파일의 본문을 바르게 읽을 수 없습니다.",
        "이 초안은 보내지 마시고 새로 만드세요.",
    ),
    # tables/
    "table.file-missing": (
        "{file} 파일을 찾을 수 없습니다.",
        "파일 이름과 폴더를 확인하세요.",
    ),
    "table.file-folder": (
        "{file} 항목은 파일이 아니라 폴더입니다.",
        "폴더 안에 있는 CSV 또는 .xlsx 파일을 고르세요.",
    ),
    "table.file-refused": (
        "{file} 파일을 열 수 없습니다. 다른 프로그램이 쓰고 있거나 읽을 권한이 없습니다.",
        "Excel에서 열려 있으면 닫은 뒤 다시 시도하고, 계속되면 파일 권한을 확인하세요.",
    ),
    "table.blank": (
        "{file} 파일에 내용이 없습니다.",
        "숨기지 않은 시트의 첫 줄에 열 이름이, 그 아래에 자료가 있는지 확인하세요.",
    ),
    "table.image": (
        "{file} 파일은 표가 아니라 그림입니다.",
        "원본 표를 CSV 또는 .xlsx 파일로 받아 다시 시도하세요.",
    ),
    "table.pdf": (
        "{file} 파일은 표가 아니라 PDF입니다.",
        "원본 표를 CSV 또는 .xlsx 파일로 받아 다시 시도하세요.",
    ),
    "table.archive": (
        "{file} 파일은 표가 아니라 압축 파일입니다.",
        "압축을 푼 뒤 안에 있는 CSV 또는 .xlsx 파일을 고르세요.",
    ),
    "table.document": (
        "{file} 파일은 표가 아니라 문서 파일(한글, 워드, 파워포인트)입니다.",
        "표를 Excel에 붙여 넣고 .xlsx 파일로 저장한 뒤 다시 시도하세요.",
    ),
    "table.locked": (
        "{file} 파일은 문서보안(DRM)으로 잠겨 있습니다.",
        "문서보안을 해제한 뒤 다시 시도하세요. 해제 권한이 없으면 보안 담당자에게 요청하세요.",
    ),
    "table.password": (
        "{file} 파일은 암호나 문서보안으로 잠겨 있습니다.",
        "Excel에서 암호를 없애고 다시 저장하거나, 문서보안을 해제한 뒤 다시 시도하세요.",
    ),
    "table.html": (
        "{file} 파일은 Excel 통합 문서가 아니라 웹 페이지(HTML) 형식입니다.",
        "Excel에서 열어 'Excel 통합 문서(.xlsx)'로 다시 저장한 뒤 시도하세요.",
    ),
    "table.old-excel": (
        "{file} 파일은 예전 Excel 형식(.xls)입니다.",
        "Excel에서 열어 'Excel 통합 문서(.xlsx)'로 다시 저장한 뒤 시도하세요.",
    ),
    "table.other-sheet": (
        "{file} 파일은 읽지 않는 형식의 스프레드시트(.xlsb, .ods)입니다.",
        "Excel에서 열어 'Excel 통합 문서(.xlsx)'로 다시 저장한 뒤 시도하세요.",
    ),
    "table.workbook-unreadable": (
        "{file} 파일을 Excel 통합 문서로 읽을 수 없습니다.",
        "Excel에서 열어 'Excel 통합 문서(.xlsx)'나 'CSV UTF-8'로 다시 저장한 뒤 시도하세요.",
    ),
    "table.unpacks-too-big": (
        "{file} 파일은 압축을 풀면 {limit}MB가 넘어 읽지 않습니다.",
        "필요한 표만 새 통합 문서에 옮겨 저장한 뒤 다시 시도하세요.",
    ),
    "table.formulas": (
        "{file} 파일에 계산 값이 저장되지 않은 수식이 너무 많습니다.",
        "Excel에서 열어 저장하거나, 수식을 값으로 붙여 넣은 뒤 다시 시도하세요.",
    ),
    "table.nul": (
        "{file} 파일은 CSV도 Excel 통합 문서도 아닙니다. 표에 쓸 수 없는 글자(NUL)가 있습니다.",
        "원본 표를 CSV 또는 .xlsx 파일로 다시 받아 시도하세요.",
    ),
    "table.encoding": (
        "{file} 파일의 글자 인코딩을 알 수 없습니다. UTF-8, CP949, UTF-16 어느 것도 아닙니다.",
        "Excel에서 열어 'CSV UTF-8(쉼표로 분리)'로 다시 저장한 뒤 시도하세요.",
    ),
    "table.encoding-broken": (
        "{file} 파일은 UTF-8이지만 깨진 글자가 섞여 있습니다.",
        "원본 표를 'CSV UTF-8(쉼표로 분리)'로 다시 저장한 뒤 시도하세요.",
    ),
    "table.quote-open": (
        '{row}행에서 열린 큰따옴표(")가 파일 끝까지 닫히지 않았습니다.',
        "{row}행의 큰따옴표를 지우거나 짝을 맞춘 뒤 다시 시도하세요.",
    ),
    "table.line-too-long": (
        "{row}행의 한 줄이 {limit}자를 넘어 읽지 않습니다.",
        "줄바꿈이 빠지지 않았는지, 표가 맞는 파일인지 확인하세요.",
    ),
    "table.cell-too-long": (
        "{row}행에 {limit}자를 넘는 칸이 있어 읽지 않습니다.",
        '{row}행부터 큰따옴표(")의 짝이 맞는지 확인하세요.',
    ),
    "table.too-wide": (
        "{row}행의 열이 {limit}개를 넘어 읽지 않습니다.",
        "필요한 열만 남기고 저장한 뒤 다시 시도하세요.",
    ),
    "table.no-header": (
        "{row}행이 열 이름 줄이 아닙니다. 아는 열 이름이 하나도 없습니다.",
        "내용이 있는 첫 줄에 현장명 같은 열 이름을 두고, 그 위의 제목 줄은 지우세요.",
    ),
    "table.no-rows": (
        "{row}행의 열 이름 아래에 자료가 없습니다.",
        "열 이름 아래에 한 행 이상을 입력하세요.",
    ),
    "table.column-unknown": (
        "{row}행의 '{column}' 열은 쓰이지 않는 열입니다.",
        "열 이름을 고치거나 그 열을 지우세요.",
    ),
    "table.column-near": (
        "{row}행의 '{column}' 열은 쓰이지 않는 열입니다.",
        "혹시 '{near}' 열인지 확인하고 열 이름을 고치거나 그 열을 지우세요.",
    ),
    "table.column-twice": (
        "{row}행에 '{column}' 열이 또 있습니다. {first}열과 {second}열이 같은 열입니다.",
        "둘 중 하나만 남기고 지우세요.",
    ),
    "table.more-problems": (
        "문제가 {limit}개를 넘어 나머지 행은 확인하지 않았습니다.",
        "앞의 문제를 고친 뒤 다시 시도하세요.",
    ),
    "row.extra-cell": (
        "{row}행 {column}열에 열 이름 없이 값만 있습니다.",
        "값이 옆 칸으로 밀리지 않았는지 확인하고, 필요 없는 값이면 지우세요.",
    ),
    "row.merged": (
        "{row}행은 병합된 셀에 걸쳐 있습니다. 병합 범위는 {rows}행입니다.",
        "셀 병합을 풀고 행마다 값을 모두 채운 뒤 다시 시도하세요.",
    ),
    "row.not-one-line": (
        "시트에 붙여 넣을 내용이 한 줄이 아닙니다.",
        "이 초안은 쓰지 마시고 새로 만드세요.",
    ),
    "cell.formula": (
        "{row}행 '{column}' 열의 수식에 계산된 값이 저장되어 있지 않습니다.",
        "Excel에서 열어 저장하거나, 수식 대신 값을 입력하세요.",
    ),
    "cell.error": (
        "{row}행 '{column}' 열에 Excel 오류 값(#N/A, #REF! 등)이 있습니다.",
        "오류 값을 바른 값으로 고치거나 지우세요.",
    ),
    "cell.digits-lost": (
        "{row}행 '{column}' 열의 긴 숫자가 15자리를 넘어 뒷자리가 바뀌었을 수 있습니다.",
        "열의 표시 형식을 '텍스트'로 바꾼 뒤 번호를 원본에서 다시 입력하세요.",
    ),
    "cell.hashes": (
        "{row}행 '{column}' 열이 값 대신 ####으로 저장되었습니다.",
        "원본에서 열 너비를 넓힌 뒤 다시 저장하세요.",
    ),
    "cell.broken-text": (
        "{row}행 '{column}' 열에 깨진 글자가 있습니다.",
        "원본을 보고 그 칸을 다시 입력하세요.",
    ),
    "cell.too-long": (
        "{row}행 '{column}' 열의 내용이 {limit}자를 넘습니다.",
        "내용을 줄인 뒤 다시 시도하세요.",
    ),
    "table.write-text": (
        "{file} 파일에 저장할 수 없는 글자가 있어 쓰지 못했습니다.",
        "깨진 글자를 지우고 다시 입력하세요.",
    ),
    # process/yamlnodes.py
    "yaml.syntax": (
        "이 줄 근처의 형식이 맞지 않습니다.",
        "들여쓰기(줄 앞의 빈칸), 쌍점(:) 뒤의 빈칸, 따옴표와 괄호의 짝을 확인하세요.",
    ),
    "yaml.tab": ("줄 앞에 탭이 있습니다.", "탭을 지우고 빈칸으로 맞추세요."),
    "yaml.character": ("읽을 수 없는 글자가 있습니다.", "그 글자를 지우고 다시 입력하세요."),
    "yaml.documents": ("'---'로 나뉜 문서가 둘 이상 있습니다.", "'---' 줄을 지우세요."),
    "yaml.alias": (
        "YAML의 별칭(&, *)은 쓰지 않습니다.",
        "같은 내용을 다시 적거나 groups를 쓰세요. 글자 그대로라면 따옴표로 묶으세요.",
    ),
    "yaml.depth": ("들여쓰기가 지나치게 깊습니다.", "위의 줄들과 들여쓰기를 맞추세요."),
    "yaml.key": ("이름 자리에 목록이나 묶음이 있습니다.", "'이름: 내용' 모양으로 고치세요."),
    "yaml.duplicate-key": (
        "{key:이/가} 두 번 있습니다 (처음은 {first}번째 줄).",
        "둘 가운데 하나를 지우거나 이름을 바꾸세요.",
    ),
    # process/loading.py, schema.py, checking.py, coverage.py
    "contacts.unreadable": (
        "파일을 읽을 수 없습니다 ({reason}).",
        "파일과 폴더의 권한을 확인하세요.",
    ),
    "contacts.too-large": ("파일이 5MB를 넘습니다.", "연락처 파일이 맞는지 확인하세요."),
    "contacts.not-utf8": (
        "UTF-8이 아닌 글자가 있습니다.",
        "메모장에서 '다른 이름으로 저장', 인코딩 UTF-8로 저장하세요.",
    ),
    "contacts.nothing": (
        "파일이 비어 있습니다.",
        "parkdraft init으로 만든 폴더의 파일을 참고하세요.",
    ),
    "contacts.not-text": (
        "'{key}'에는 글자 한 줄이 와야 합니다.",
        "'{key}: 내용' 모양으로 고치세요.",
    ),
    "contacts.empty": ("{key:이/가} 비어 있습니다.", "내용을 적거나 그 줄을 지우세요."),
    "contacts.character": ("'{key}'에 보이지 않는 글자가 있습니다.", "지우고 다시 입력하세요."),
    "contacts.not-flag": (
        "'{key}'에는 true나 false만 쓸 수 있습니다.",
        "true 또는 false로 고치세요.",
    ),
    "contacts.not-list": (
        "'{key}'에는 이름의 목록이 와야 합니다.",
        "[이름, 이름] 모양으로 고치세요.",
    ),
    "contacts.not-mapping": (
        "'{key}' 아래에는 '이름: 내용' 줄들이 와야 합니다.",
        "아래 줄들을 빈칸으로 들여 쓰세요.",
    ),
    "contacts.not-date": ("'{key}'의 날짜를 읽을 수 없습니다.", "2026-12-31처럼 적으세요."),
    "contacts.twice": ("'{key}'에 {name:이/가} 두 번 있습니다.", "하나를 지우세요."),
    "contacts.unknown-key": ("{key:은/는} 쓰지 않는 이름입니다.", "혹시 이것인가요: {meant}"),
    "contacts.missing-key": ("'{place}'에 {key:이/가} 없습니다.", "'{key}: 내용' 줄을 넣으세요."),
    "contacts.unknown-value": (
        "'{key}'에 쓸 수 없는 값입니다: {value}",
        "쓸 수 있는 값: {known}",
    ),
    "contacts.address": (
        "이메일 주소가 올바르지 않습니다: {address}",
        "철자와 '@' 뒤를 확인하세요.",
    ),
    "contacts.same-address": (
        "'{name}'의 주소가 '{other}'의 주소와 같습니다.",
        "둘 가운데 하나의 주소를 고치거나, 같은 사람이면 하나를 지우세요.",
    ),
    "contacts.same-agit": (
        "'{name}'의 agit 이름이 {other:과/와} 같습니다.",
        "둘 가운데 하나를 고치거나, 같은 사람이면 하나를 지우세요.",
    ),
    "contacts.unreachable-person": (
        "'{name}'에 address도 agit도 없습니다.",
        "이메일 주소나 아지트 이름을 적으세요.",
    ),
    "contacts.handle": (
        "agit 이름에 '@'나 빈칸은 쓰지 않습니다: {handle}",
        "'@'를 빼고 적으세요.",
    ),
    "contacts.title": ("직함에 '님'은 쓰지 않습니다: {title}", "'님'을 빼고 적으세요."),
    "contacts.glued-title": (
        "이름에 직함이 붙어 있습니다: {name} + {title}",
        "이름은 '{name}', title은 {title:(으)로} 나누어 적으세요.",
    ),
    "contacts.surname-only": (
        "{name:은/는} 성과 직함뿐입니다.",
        "이름 전체를 확인해 적으세요.",
    ),
    "contacts.group-is-person": (
        "묶음 {name:과/와} 같은 이름의 사람이 있습니다.",
        "묶음의 이름을 바꾸세요.",
    ),
    "contacts.unknown-person": (
        "'{name}'이라는 사람이나 묶음이 없습니다.",
        "혹시 이것인가요: {meant}",
    ),
    "contacts.unknown-site": (
        "'{name}'이라는 현장이 sites에 없습니다.",
        "혹시 이것인가요: {meant}",
    ),
    "contacts.unknown-partner": ("'{name}'이라는 운영사가 없습니다.", "혹시 이것인가요: {meant}"),
    "contacts.same-name": (
        "{spelling:(으)로} {other:과/와} '{name}' 둘을 부릅니다.",
        "이름이나 별칭 하나를 바꾸세요.",
    ),
    "contacts.no-address": (
        "'{name}'의 이메일 주소가 없어 메일을 받을 수 없습니다.",
        "people에 address를 적으세요.",
    ),
    "contacts.no-agit": (
        "'{name}'의 아지트 이름이 없어 멘션할 수 없습니다.",
        "people에 agit를 적으세요.",
    ),
    "contacts.site-of-other": (
        "{name:은/는} 운영사 {partner}의 현장입니다.",
        "이 줄의 partner나 site를 고치세요.",
    ),
    "contacts.foreign-condition": (
        "'{key}' 조건은 업무 {case}에는 없습니다.",
        "조건이나 cases를 고치세요. 이대로면 이 줄은 쓰이지 않습니다.",
    ),
    "contacts.no-to": ("{place:은/는} 이메일인데 수신(to)이 없습니다.", "to를 적으세요."),
    "contacts.not-email": (
        "이메일이 아닌 채널에는 {key:을/를} 쓰지 않습니다.",
        "channel을 email로 하거나 이 줄을 지우세요.",
    ),
    "contacts.not-post": (
        "{key:은/는} slack, agit, board에만 쓸 수 있습니다.",
        "channel을 확인하거나 이 줄을 지우세요.",
    ),
    "contacts.mixed-to": (
        "{source:은/는} 다른 이름과 함께 쓸 수 없습니다.",
        "수신은 '{source}'만 적고, 나머지는 cc에 적으세요.",
    ),
    "contacts.list-without-partner": (
        "monthly-list는 partner가 있는 줄에만 쓸 수 있습니다.",
        "partner를 적으세요.",
    ),
    "contacts.site-without-contacts": (
        "site-contacts는 contacts가 있는 현장에만 쓸 수 있습니다.",
        "이 줄에 site를 적고, sites의 그 현장에 contacts를 적으세요.",
    ),
    "contacts.recipient-twice": (
        "{name:이/가} 수신·참조에 두 번 있습니다.",
        "한 곳에서 지우세요 (묶음 안에도 있는지 확인하세요).",
    ),
    "contacts.two-routes": (
        "{row:과/와} {first:이/가} 같은 업무에 함께 맞습니다.",
        "조건(partner, site, integration 등)을 나누어 하나만 맞게 하세요.",
    ),
    "contacts.unreachable-row": (
        "{row}에 맞는 업무가 없어 쓰이지 않는 줄입니다.",
        "조건을 고치거나 줄을 지우세요.",
    ),
    "contacts.follows-nothing": (
        "{row:이/가} 따를 줄(follows)이 없습니다.",
        "follows의 case와 integration을 확인하세요.",
    ),
    # process/details.py
    "details.case": ("그런 업무는 없습니다.", "쓸 수 있는 업무: {allowed}"),
    "details.foreign": (
        "'{case}' 업무에는 없는 항목입니다.",
        "이 항목을 빼거나 업무를 확인하세요.",
    ),
    "details.missing": ("{label:이/가} 빠졌습니다.", "예: {example}"),
    "details.order": ("--{first}보다 앞섭니다.", "두 날짜를 확인하세요."),
    "details.same-plate": (
        "기존 차량번호와 변경 차량번호가 같습니다.",
        "바뀐 번호를 다시 확인하세요.",
    ),
    # process/places.py
    "place.partner-near": (
        "그런 이름의 운영사가 없습니다. 혹시 {near}인가요?",
        "이름을 고쳐 다시 실행하세요. 목록에 없는 운영사라면 {rest:을/를} 고르세요.",
    ),
    "place.partner-unknown": (
        "그런 이름의 운영사가 없습니다. 있는 운영사는 {near}입니다.",
        "목록에 없는 운영사라면 {rest:을/를} 고르세요.",
    ),
    "place.no-name": ("현장 이름에 글자나 숫자가 없습니다.", "현장 이름을 적으세요."),
    "place.partner-missing": ("운영사가 빠졌습니다.", "있는 운영사: {partners}"),
    "place.partner-missing-near": (
        "목록에 없는 현장이라 운영사를 알 수 없습니다. 혹시 {near}인가요?",
        "현장 이름을 고치거나 --partner를 적으세요.",
    ),
    "place.several-partners": (
        "이 이름의 현장이 여러 운영사에 있습니다: {partners}",
        "--partner로 운영사를 고르세요.",
    ),
    "place.other-partner": (
        "{site:은/는} {partner}의 현장입니다.",
        "운영사나 현장 이름을 확인하세요.",
    ),
    "place.near-site": (
        "따로 정해진 절차가 있는 현장과 이름이 비슷합니다. 혹시 {near}인가요?",
        "그 현장이면 이름을 똑같이 적고, 다른 현장이면 구분되는 이름으로 적으세요.",
    ),
    "place.integration": (
        "{site:은/는} {integration} 현장입니다.",
        "연동구분을 빼거나 현장 이름을 확인하세요.",
    ),
    "place.integration-missing": ("연동구분이 빠졌습니다.", "쓸 수 있는 값: {labels}"),
    # process/routing.py
    "route.none": (
        "이 조합의 절차는 업무 문서에 없습니다 (문서에 없음, 팀장 확인).",
        "가까운 줄: {rows}",
    ),
    "route.nobody": (
        "받는 사람이 정해져 있지 않습니다.",
        "contacts.yaml의 이 줄에 수신(to)이 있는지 팀장에게 확인하세요.",
    ),
    "route.not-in-list": (
        "{month} 담당자 명단에 이 현장이 없습니다.",
        "현장 이름을 확인하고, 명단에 빠졌으면 운영사에 확인하세요.",
    ),
    "route.near-in-list": (
        "{month} 담당자 명단에 이 현장이 없습니다. 혹시 {near}인가요?",
        "명단의 이름과 똑같이 적거나, 명단에 빠졌는지 운영사에 확인하세요.",
    ),
    "route.no-fallback": (
        "이 절차에는 예외 처리가 없습니다.",
        "--fallback을 빼고 다시 실행하세요.",
    ),
    "route.other-fallback": (
        "이 절차에는 그 예외 처리가 없습니다.",
        "쓸 수 있는 예외: {fallbacks}",
    ),
    "route.reason-elsewhere": (
        "할인 미적용 사유는 그 규칙이 있는 현장에서만 쓸 수 있습니다.",
        "현장 이름이나 사유를 확인하세요.",
    ),
    # tables/lists.py
    "list.missing": ("'{column}' 칸이 비어 있습니다.", "채운 뒤 다시 가져오세요."),
    "list.address": ("이메일 주소가 올바르지 않습니다.", "철자와 '@' 뒤를 확인하세요."),
    "list.same-address": (
        "같은 이메일 주소에 다른 이름이 적힌 줄이 있습니다.",
        "어느 이름이 맞는지 확인해 고치세요.",
    ),
    "list.partner": (
        "월별 담당자 명단을 쓰는 운영사가 아닙니다.",
        "명단을 쓰는 운영사: {partners}",
    ),
    "list.month": ("달을 읽을 수 없습니다.", "2026-11처럼 적으세요."),
    "list.other-partner": (
        "{site:은/는} {partner}의 현장입니다.",
        "명단에서 빼거나 contacts.yaml의 sites를 확인하세요.",
    ),
    "list.unknown-partner": (
        "그런 이름의 운영사가 없습니다.",
        "contacts.yaml의 partners에 있는 이름으로 적으세요.",
    ),
    "list.same-site": (
        "현장 이름이나 별칭이 {first}행과 같습니다.",
        "하나를 지우거나 이름을 바꾸세요.",
    ),
    "list.directory-site": (
        "contacts.yaml에 다른 운영사의 현장으로 적혀 있습니다.",
        "둘 가운데 틀린 쪽을 고치세요.",
    ),
    # writing/rendering.py, drafting.py
    "template.missing": (
        "문구 파일이 없습니다: templates/{file}",
        "파일 이름을 확인하거나 새로 만드세요.",
    ),
    "template.not-utf8": (
        "문구 파일이 UTF-8이 아닙니다: templates/{file} {line}번째 줄",
        "메모장에서 인코딩 UTF-8로 다시 저장하세요.",
    ),
    "template.unreadable": (
        "문구 파일을 읽을 수 없습니다: templates/{file} ({reason})",
        "파일과 폴더의 권한을 확인하세요.",
    ),
    "template.syntax": (
        "문구 파일의 형식이 맞지 않습니다: templates/{file} {line}번째 줄 ({reason})",
        "괄호 {{{{ }}}}와 {{% %}}의 짝을 확인하세요.",
    ),
    "template.fails": (
        "문구 파일을 채울 수 없습니다: templates/{file} {line}번째 줄 ({reason}: {name})",
        "없는 이름을 썼는지 확인하세요.",
    ),
    "draft.differs": (
        "쓴 초안을 다시 읽으니 뜻한 것과 다릅니다 ({headers}). 파일을 남기지 않았습니다.",
        "다시 실행하고, 되풀이되면 관리자에게 알려 주세요.",
    ),
    # home.py, newhome.py, storing.py, opening.py
    "home.none": (
        "'{folder}' 폴더에 contacts.yaml과 templates가 없습니다.",
        "작업 폴더가 맞는지 확인하거나 parkdraft init으로 만드세요.",
    ),
    "home.builtin": (
        "프로그램에 든 연락처에는 가져올 수 없습니다.",
        "먼저 parkdraft init 폴더로 작업 폴더를 만들고 그 안에서 다시 실행하세요.",
    ),
    "home.exists": (
        "'{folder}' 폴더에 이미 있습니다: {files}",
        "다른 폴더 이름으로 다시 실행하세요. 있는 파일은 바꾸지 않았습니다.",
    ),
    "storage.full": ("저장 공간이 부족합니다 ({place}).", "공간을 확보한 뒤 다시 실행하세요."),
    "storage.read-only": ("쓸 권한이 없습니다 ({place}).", "폴더의 권한을 확인하세요."),
    "storage.held-open": (
        "다른 프로그램에서 열려 있습니다 ({place}).",
        "그 프로그램에서 파일을 닫은 뒤 다시 실행하세요.",
    ),
    "storage.no-folder": ("폴더가 없습니다 ({place}).", "폴더 위치를 확인하세요."),
    "storage.not-folder": (
        "폴더가 있어야 할 자리에 파일이 있습니다 ({place}).",
        "그 파일을 옮긴 뒤 다시 실행하세요.",
    ),
    "storage.name-too-long": ("경로가 너무 깁니다 ({place}).", "더 짧은 경로의 폴더를 쓰세요."),
    "storage.refused": ("파일을 읽거나 쓸 수 없습니다 ({place}: {reason}).", "폴더를 확인하세요."),
    "open.failed": (
        "이 파일을 여는 프로그램을 찾지 못했습니다: {path}",
        "파일을 직접 두 번 눌러 여세요.",
    ),
}


class _Word:
    """A value that takes a particle where its placeholder asks for one: ``{site:은/는}``."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        from parkdraft.writing.korean import particle

        if "/" in spec or spec == "(으)로":
            return particle(str(self.value), spec)
        return format(self.value, spec) if spec else str(self.value)


def message(problem: Problem) -> str:
    """What is wrong, as one Korean sentence."""
    return _filled(problem, 0)


def hint(problem: Problem) -> str:
    """What to do next, as one Korean sentence; empty where the message says it all."""
    return _filled(problem, 1)


def _filled(problem: Problem, part: int) -> str:
    words = {name: _Word(value) for name, value in problem.data.items()}
    return WORDS[problem.code][part].format(**words)
