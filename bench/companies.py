"""Prints a CSV of companies with names, domains and figures from a fixed seed."""
import csv
import random
import sys

rng = random.Random(7)
industries = ["Software", "Food", "Logistics", "Finance", "Health", "Energy", "Retail", "Education"]
countries = ["KR", "US", "JP", "DE", "GB", "FR"]
syllables = "한빛 누리 가람 다온 미르 세움 이룸 해솔 푸른 바른".split()
out = csv.writer(sys.stdout)
out.writerow(["name", "domain", "industry", "employees", "country", "city", "founded_year", "registration_number"])
for n in range(int(sys.argv[1])):
    name = f"{rng.choice(syllables)}{rng.choice(syllables)} {n}" if n % 3 == 0 else f"Company {n} {rng.choice(industries)}"
    out.writerow([name, f"company{n}.com", rng.choice(industries), rng.randint(1, 20000), rng.choice(countries), "Seoul", rng.randint(1950, 2025), f"R{n:07}"])
