//! What is sold in the story, at which prices, and what an offer says.

use super::player::Player;
use super::script::Desk;
use super::texts::{self, say};
use http_room::{Problem, Role};
use kernel::Locale;
use serde_json::{Value as Json, json};

/// Code, name in both languages, unit in both languages, how often it is paid, and dollars for one.
const SOLD: [(&str, texts::Pair, texts::Pair, &str, f64); 4] = [
    ("PLAN", ("Planning, one planner", "계획 관리, 담당자 1인"), ("planner", "명"), "monthly", 90.0),
    ("SITE", ("A further site", "추가 사업장"), ("site", "곳"), "monthly", 250.0),
    (
        "START",
        ("Onboarding with your own orders", "실제 주문으로 진행하는 도입 교육"),
        ("day", "일"),
        "one_off",
        1_200.0,
    ),
    ("CARE", ("Yearly review", "연간 점검"), ("year", "년"), "yearly", 1_500.0),
];

/// Writes the catalogue down, once.
pub(super) async fn sell(player: &Player) -> Result<(), Problem> {
    let place = &player.place;
    let ask = async |method: &str, path: &str, body: Json| {
        player.ask(place.now.plus_days(-100), 1, Role::Manager, (method, path), &body).await
    };
    let there = ask("GET", "/price-books", json!({})).await?;
    if there.as_array().is_some_and(|books| !books.is_empty()) {
        return Ok(());
    }
    let mut items = Vec::new();
    for (code, name, unit, period, dollars) in SOLD {
        let content = json!({
            "code": code, "name": { "en": name.0, "ko": name.1 }, "unit": say(unit, place.locale),
            "tax": { "kind": "rate", "bp": 1_000 },
        });
        let made = ask("POST", "/products", json!({ "content": content })).await?;
        let minor = |dollars: f64| place.exact(dollars);
        items.push(json!({
            "product_id": made["id"], "period": period, "minor": minor(dollars), "floor_minor": minor(dollars * 0.8),
            "tiers": if code == "PLAN" { json!([{ "from": "10", "minor": minor(80.0) }]) } else { json!([]) },
            "rises": [{ "on": place.date(place.now.plus_days(60)), "minor": minor(dollars * 1.05) }],
        }));
    }
    let terms = [("month_to_month", 1_000), ("12_months", 0), ("24_months", -500)];
    let book = json!({
        "name": say(("List prices", "정가표"), place.locale), "currency": place.currency, "items": items,
        "terms": terms.map(|(term, change_bp)| json!({ "term": term, "change_bp": change_bp })),
    });
    let made = ask("POST", "/price-books", book).await?;
    let id = made["id"].as_str().unwrap_or_default();
    ask("POST", &format!("/price-books/{id}/publish"), json!({})).await?;
    // They sell projects beside the list, each at a price of its own: nobody has to agree to that.
    let rules = ask("GET", "/offer-rules", json!({})).await?["rules"].take();
    let rules: Vec<Json> = rules.as_array().into_iter().flatten().cloned().collect();
    let rules: Vec<Json> = rules.into_iter().filter(|rule| rule["kind"] != "no_list_price").collect();
    let at = place.now.plus_days(-100);
    player.ask(at, 1, Role::Admin, ("PUT", "/offer-rules"), &json!({ "rules": rules })).await?;
    Ok(())
}

/// What an offer says; its lines are tied to what was found when it is written.
pub(super) fn draft(desk: &mut Desk<'_>) -> Json {
    let (title, main, side) =
        (desk.pick(texts::PRODUCTS), desk.pick(texts::LINES_MAIN), desk.pick(texts::LINES_SIDE));
    let (what, unit, source) =
        (desk.pick(texts::RESULTS), desk.pick(texts::RESULT_UNITS), desk.pick(texts::RESULT_SOURCES));
    let (place, value) = (desk.place, desk.value);
    let package = |name: texts::Pair, share: f64, recommended: bool| {
        let tax = json!({ "kind": "rate", "bp": 1_000 });
        json!({ "name": say(name, place.locale), "recommended": recommended, "lines": [
            { "text": main, "unit_minor": place.exact(value * share * 0.85 / 12.0), "period": "monthly", "tax": tax },
            { "text": side, "unit_minor": place.exact(value * share * 0.14), "tax": tax },
        ] })
    };
    let section = |(head, body)| json!({ "title": say(head, place.locale), "body": say(body, place.locale) });
    json!({
        "title": title,
        "locale": if place.locale == Locale::Ko { "ko" } else { "en" },
        "currency": place.currency,
        "sections": texts::OFFER_HEADS.iter().zip(texts::OFFER_BODIES).map(|(h, b)| section((*h, *b))).collect::<Vec<_>>(),
        "packages": [package(texts::OFFER_PACKAGES[0], 0.7, false), package(texts::OFFER_PACKAGES[1], 1.0, true)],
        "results": [{ "what": what, "number": "5", "unit": unit, "source": source }],
    })
}
