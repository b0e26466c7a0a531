"""Writes effect.tsv: how well a response works, as scipy reckons it. Run: python3 effect.py > effect.tsv"""

import random

from scipy.stats import beta

print("# s\tn\tS\tN\te\tlow\thigh; made by effect.py with scipy.stats.beta")


def line(s, n, kind_s, kind_n):
    m = (kind_s + 20 * 0.5) / (kind_n + 20)
    a, b = s + 10 * m, n - s + 10 * (1 - m)
    low, high = beta.ppf([0.025, 0.975], a, b)
    print(s, n, kind_s, kind_n, f"{a / (a + b):.12f}", f"{low:.12f}", f"{high:.12f}", sep="\t")


line(9, 12, 60, 120)
random.seed(7)
for _ in range(200):
    n = random.choice([0, 1, 2, 4, 5, 8, 13, 40, 150, 900])
    s = random.randint(0, n)
    kind_n = n + random.choice([0, 3, 20, 200, 3000])
    kind_s = s + random.randint(0, kind_n - n)
    line(s, n, kind_s, kind_n)
