"""Writes a list of people at companies as CSV: `people.py people PEOPLE COMPANIES` or `people.py companies COMPANIES`;
`people.py own PEOPLE COMPANIES` with two columns more, which become fields of the workspace's own.

The same numbers give the same bytes. Names repeat as names do; every seventh company and person is Korean; one row
in a thousand repeats an address that was there before, spelt in capitals.
"""

import csv
import random
import sys

GIVEN = """James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph
Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Margaret Jürgen
Anna Łukasz Zofia François Amélie Søren Ingrid""".split()
FAMILY = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson
Müller Schmidt Kowalski Nowak Dubois Laurent Jensen Hansen""".split()
KOREAN_FAMILY = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍".split()
KOREAN_GIVEN = "민준 서연 도윤 지우 시우 서현 주원 민서 하준 하은 지호 지유 지후 윤서 준서 채원 준우 수아 현우 지민".split()
FIRST = "Nova Blue Red Alpha Delta Prime North South Terra Hydro Quant Bright Solid Rapid Civic Metro Pacific Atlas".split()
SECOND = "Soft Data Systems Logistics Foods Health Energy Capital Media Motors Robotics Chem Steel Labs Works Cloud".split()
KOREAN_FIRST = "한빛 대성 동양 미래 우리 세종 금강 태평 삼일 신한 현진 유진 서울 부산 한강 백두".split()
KOREAN_SECOND = "소프트 전자 물산 제약 화학 건설 유통 식품 에너지 테크 솔루션 로봇 바이오 미디어".split()
TITLES = ["CEO", "CTO", "VP Sales", "Head of Marketing", "Purchasing Manager", "IT Director", "대표이사", "영업팀장", "구매부장", "Engineer"]
INDUSTRIES = ["Software", "Manufacturing", "Logistics", "Retail", "Healthcare", "Finance", "Energy", "Education"]
COUNTRIES = ["US", "KR", "DE", "FR", "JP", "GB"]


def company(n):
    """Name, domain, country of the n-th company."""
    if n % 7 == 0:
        name = KOREAN_FIRST[n // 7 % 16] + KOREAN_SECOND[n // 112 % 14] + str(n // 1568) + "㈜"
        return name, f"c{n}.co.kr", "KR"
    name = FIRST[n % 18] + SECOND[n // 18 % 16] + f" {n // 288} " + ("Inc.", "GmbH", "Ltd")[n % 3]
    return name, f"c{n}.com", COUNTRIES[n % 6]


def companies(total):
    yield ["Name", "Domain", "Industry", "Employees", "Country", "City"]
    chance = random.Random(7)
    for n in range(total):
        name, domain, country = company(n)
        yield [name, domain, chance.choice(INDUSTRIES), int(10 ** chance.uniform(0.5, 4.5)), country, f"City {n % 500}"]


def people(total, of):
    yield ["First Name", "Last Name", "Title", "Company", "Website", "Email", "Phone", "Country"]
    chance = random.Random(11)
    for n in range(total):
        name, domain, country = company(n % of)
        if country == "KR":
            given, family = chance.choice(KOREAN_GIVEN), chance.choice(KOREAN_FAMILY)
            phone = f"010-{n // 10000 % 10000:04}-{n % 10000:04}"
        else:
            given, family = chance.choice(GIVEN), chance.choice(FAMILY)
            phone = f"+1 212 {n // 10000 % 800 + 200:03} {n % 10000:04}"
        mail = f"u{n}@{domain}"
        if n % 1000 == 999:
            mail = f"U{n - 500}@{company((n - 500) % of)[1]}".upper()
        yield [given, family, TITLES[n % 10], name, "https://www." + domain, mail, phone, country]


def with_own_fields(rows):
    """Half of all are on the free plan, a tenth on the largest; seats are spread evenly."""
    yield next(rows) + ["Plan", "Seats"]
    for n, row in enumerate(rows):
        yield row + ["Free" if n % 2 else "Enterprise" if n % 10 == 0 else "Team", n % 100]


what, *numbers = sys.argv[1:]
numbers = [int(number) for number in numbers]
rows = companies(*numbers) if what == "companies" else people(*numbers)
csv.writer(sys.stdout).writerows(with_own_fields(rows) if what == "own" else rows)
