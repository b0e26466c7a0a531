"""Writes totals.txt: what 10,000 random offers come to, reckoned with decimals and not with whole numbers.

The offers follow from one seed (SplitMix64, as in the crate `stats`), so the test draws the same. One line an
offer: the first eight hexadecimal digits of the SHA-256 of its figures. Run: python3 oracle.py > totals.txt
"""

import hashlib
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction

getcontext().prec = 80
getcontext().Emax = 10**6
OFFERS, SEED, MASK = 10_000, 20_261_128, 2**64 - 1
CURRENCIES = ["KRW", "JPY", "USD", "EUR", "KWD", "CLF"]
TERMS = [0, 3, 6, 12, 24, 36]
RATES = [0, 500, 700, 800, 1000, 1900, 2500]
KINDS = ["rate", "rate", "zero_rated", "exempt", "reverse_charge"]
PERIODS = ["one_off", "monthly", "yearly"]


class Random:
    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, count):
        return self.bits() % count

    def of(self, items):
        return items[self.below(len(items))]


def whole(value, how=ROUND_HALF_UP):
    return int(value.quantize(Decimal(1), rounding=how))


def draw(random):
    offer = {"currency": random.of(CURRENCIES), "inclusive": random.below(2) == 1, "per_line": random.below(4) == 0}
    offer["term"] = random.of(TERMS)
    offer["lines"] = []
    for _ in range(random.below(13)):
        line = {}
        line["quantity"] = Decimal(random.below(50) * 1_000_000 if random.below(2) == 0 else random.below(5_000_000_000))
        line["quantity"] /= 1_000_000
        line["unit"] = Decimal(random.below(10_000_000))
        line["discount"] = Decimal(random.below(10_001) if random.below(3) == 0 else 0) / 10_000
        line["period"] = random.of(PERIODS)
        line["kind"] = random.of(KINDS)
        line["rate"] = Decimal(random.of(RATES))
        offer["lines"].append(line)
    offer["discount"] = ["none", "share", "fixed"][random.below(3)]
    offer["size"] = Decimal(random.below(10_001) if offer["discount"] == "share" else random.below(100_000))
    return offer


def tax_of(offer, amount, line):
    rate = line["rate"] / 10_000 if line["kind"] == "rate" else Decimal(0)
    exact = Fraction(amount) * Fraction(rate) / (1 + Fraction(rate) if offer["inclusive"] else 1)
    exact = Decimal(exact.numerator) / Decimal(exact.denominator)
    return whole(exact, ROUND_FLOOR if offer["currency"] in ("KRW", "JPY") else ROUND_HALF_UP)


def spread(amount, nets):
    total = sum(nets)
    if not total or not amount:
        return [0] * len(nets)
    exact = [Fraction(amount) * net / total for net in nets]
    parts = [int(e) for e in exact]
    order = sorted(range(len(nets)), key=lambda n: (-(exact[n] - parts[n]), n))
    for n in order[: amount - sum(parts)]:
        parts[n] += 1
    return parts


def reckon(offer):
    lines = offer["lines"]
    nets = [whole(line["quantity"] * line["unit"] * (1 - line["discount"])) for line in lines]
    if offer["discount"] == "share":
        discount = whole(Decimal(sum(nets)) * offer["size"] / 10_000)
    else:
        discount = int(offer["size"]) if offer["discount"] == "fixed" else 0
    if discount > sum(nets):
        return "discount_too_large"
    shares = spread(discount, nets)
    left = [net - share for net, share in zip(nets, shares)]
    sums = {}
    for period in PERIODS:
        groups = {}
        for line, amount in zip(lines, left):
            if line["period"] == period:
                groups.setdefault((line["kind"], line["rate"]), []).append((line, amount))
        net = tax = 0
        for members in groups.values():
            shown = sum(amount for _, amount in members)
            if offer["per_line"]:
                charged = sum(tax_of(offer, amount, line) for line, amount in members)
            else:
                charged = tax_of(offer, shown, members[0][0])
            net += shown - charged if offer["inclusive"] else shown
            tax += charged
        sums[period] = (net, tax)
    months = max(offer["term"], 1)
    years = -(-months // 12)
    times = {"one_off": 1, "monthly": months, "yearly": years}
    contract = [sum(times[p] * sums[p][n] for p in PERIODS) for n in (0, 1)]
    first = [sum(sums[p][n] for p in PERIODS) for n in (0, 1)]
    figures = [nets, shares] + [list(sums[p]) for p in PERIODS] + [first, contract]
    return ";".join(",".join(map(str, row)) for row in figures)


def main():
    random = Random(SEED)
    for _ in range(OFFERS):
        print(hashlib.sha256(reckon(draw(random)).encode()).hexdigest()[:8])


main()
