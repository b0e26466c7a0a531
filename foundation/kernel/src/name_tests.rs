use super::*;
use proptest::prelude::*;

#[test]
fn spellings_of_one_company_share_a_key() {
    let groups: &[(&str, &[&str])] = &[
        (
            "acme",
            &["Acme", "ACME, Inc.", "Acme Corporation", "The Acme Company", "acme co., ltd.", "Acme L.L.C."],
        ),
        (
            "한빛소프트",
            &[
                "한빛소프트",
                "(주)한빛소프트",
                "㈜한빛소프트",
                "한빛 소프트㈜",
                "주식회사 한빛소프트",
                "한빛소프트 주식회사",
                "한빛소프트(주)",
            ],
        ),
        ("세븐", &["유한회사 세븐", "세븐 유한회사", "(유)세븐"]),
        ("muller and sohne", &["Müller & Söhne GmbH & Co. KG", "Muller and Sohne"]),
        ("nestle", &["Nestlé S.A.", "NESTLE SA", "Nestlé, S. A."]),
        ("enel", &["Enel S.p.A.", "Enel S. p. A.", "ENEL SpA"]),
        ("orlen", &["Orlen Sp. z o.o."]),
        ("cemex", &["CEMEX S.A.B. de C.V."]),
        ("macys", &["Macy's, Inc.", "Macys"]),
        ("novo nordisk", &["Novo Nordisk A/S"]),
        ("トヨタ自動車", &["トヨタ自動車株式会社", "株式会社トヨタ自動車"]),
        ("lg에너지솔루션", &["LG에너지솔루션", "LG 에너지솔루션(주)", "ＬＧ에너지솔루션"]),
        ("grab", &["Grab Pte. Ltd.", "Grab Pte Ltd"]),
    ];
    for (key, names) in groups {
        for name in *names {
            assert_eq!(company_name_key(name), *key, "{name}");
        }
    }
}

#[test]
fn a_name_that_is_only_a_legal_form_keeps_it() {
    for (name, key) in
        [("Limited", "limited"), ("Company, Inc.", "company"), ("주식회사", "주식회사"), ("The", "the")]
    {
        assert_eq!(company_name_key(name), key, "{name}");
    }
    assert_ne!(company_name_key("Delta Air Lines"), company_name_key("Delta Faucet"));
    assert_ne!(company_name_key("한빛소프트"), company_name_key("한빛미디어"));
}

#[test]
fn full_names_are_split_as_their_owners_would() {
    let cases = [
        ("김철수", "철수", "김"),
        ("이준", "준", "이"),
        ("남궁민수", "민수", "남궁"),
        ("선우현", "현", "선우"),
        ("김 철수", "철수", "김"),
        ("박지성 부장님", "지성", "박"),
        ("홍길동 대표", "길동", "홍"),
        ("홍길동님", "길동", "홍"),
        ("Anna Snelling", "Anna", "Snelling"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Dr. Mary Ann Smith, PhD", "Mary Ann", "Smith"),
        ("Curie, Marie", "Marie", "Curie"),
        ("Martin Luther King Jr.", "Martin Luther", "King"),
        ("Cher", "Cher", ""),
        ("", "", ""),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
    ];
    for (full, given, family) in cases {
        assert_eq!(PersonName::split(full), PersonName::new(given, family), "{full}");
    }
}

#[test]
fn names_are_shown_in_the_order_they_are_said() {
    let kim = PersonName::new("철수", "김");
    assert_eq!(kim.display(Locale::Ko), "김철수");
    assert_eq!(kim.display(Locale::En), "김철수");
    let anna = PersonName::new("Anna", "Snelling");
    assert_eq!(anna.display(Locale::Ko), "Anna Snelling");
    let mixed = PersonName::new("Cheolsu", "김");
    assert_eq!(mixed.display(Locale::Ko), "김 Cheolsu");
    assert_eq!(mixed.display(Locale::En), "Cheolsu 김");
    assert_eq!(PersonName::new("Cher", "").display(Locale::En), "Cher");
}

proptest! {
    #[test]
    fn a_key_is_stable_and_never_lost(name in "\\PC{0,40}") {
        let key = company_name_key(&name);
        prop_assert_eq!(key.is_empty(), !fold(&name).chars().any(|c| c.is_alphanumeric() || "&+".contains(c)));
    }

    #[test]
    fn a_korean_name_survives_splitting_and_display(name in "[가-힣]{2,4}") {
        prop_assume!(!name.ends_with('님'));
        prop_assert_eq!(PersonName::split(&name).display(Locale::Ko), name);
    }
}
