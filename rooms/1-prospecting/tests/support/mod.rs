//! What the tests of the desk build with.

use http_room::Door;
use records::testing::House;
use serde_json::json;

/// The doors of a house in which companies are researched.
pub fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

/// Companies are judged by their people employed and their site; 10 to 500 fit.
pub async fn company(house: &House, name: &str, employees: Option<u32>, site: bool) -> String {
    let mut sent = json!({ "name": name, "employees": employees });
    if site {
        sent["website"] = json!(format!("https://{}.com", name.to_lowercase()));
    }
    let id = house.post("/companies", sent).await["id"].as_str().expect("an id").to_owned();
    house.react().await;
    id
}
