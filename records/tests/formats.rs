//! Lists of every format and of the products most lists come from, through the import's routes.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use rust_xlsxwriter::Workbook;
use serde_json::{Value as Json, json};

fn doors() -> Vec<http_room::Door> {
    Vec::new()
}

async fn upload(house: &House, kind: &str, name: &str, bytes: &[u8]) -> Json {
    let (status, json) = house.upload(&house.owner, "/imports", kind, name, bytes).await;
    assert_eq!(status, StatusCode::CREATED, "{json}");
    json
}

async fn run(house: &House, import: &Json) -> Json {
    let id = import["id"].as_str().unwrap();
    house.post(&format!("/imports/{id}/start"), json!({})).await;
    house.work().await;
    let done = house.get(&format!("/imports/{id}")).await;
    assert_eq!(done["state"], "done", "{done}");
    done
}

fn counts(import: &Json) -> (i64, i64, i64) {
    let n = |key: &str| import[key].as_i64().unwrap();
    (n("rows_read"), n("created"), n("refused"))
}

async fn first(house: &House, list: &str) -> Json {
    house.get(&format!("/{list}?sort=name")).await["items"][0].clone()
}

async fn refusals(house: &House, import: &Json) -> String {
    let path = format!("/imports/{}/refused.csv", import["id"].as_str().unwrap());
    let (_, csv) = house.send_raw(&house.owner, Method::GET, &path, None, &[]).await;
    String::from_utf8(csv).unwrap()
}

fn expect(record: &Json, wanted: &Json) {
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(&record[key], value, "{key} of {record}");
    }
}

fn book() -> Vec<u8> {
    let row = |name: &str, email: &str, company: &str| [name, email, company].map(str::to_owned);
    let mut more = vec![
        row("Name", "Email", "Company"),
        row("Lee", "lee@example.org", "Beta"),
        row("Oh", "no mail", "Beta"),
    ];
    more.extend((0..20).map(|n| row(&format!("Park {n}"), &format!("p{n}@example.org"), "Beta")));
    let people = vec![
        row("Report of contacts", "", ""),
        row("Name", "Email", "Company"),
        row("Kim", "kim@example.com", "Acme"),
    ];
    let mut book = Workbook::new();
    for (name, rows) in [("People", people), ("More", more)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (at, row) in rows.iter().enumerate() {
            sheet.write_row(u32::try_from(at).unwrap(), 0, row.iter().map(String::as_str)).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

on_both_databases!(a_workbook_is_read_below_its_title_and_another_sheet_can_be_chosen, workbook, doors);
async fn workbook(house: House) {
    let import = upload(&house, "person", "people.xlsx", &book()).await;
    assert_eq!(import["plan"]["format"], "xlsx");
    assert_eq!(import["plan"]["sheets"], json!(["People", "More"]));
    assert_eq!(import["preview"][0]["line"], 3, "the number a person sees beside the row");
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    let other = house.patch(&path, json!({ "sheet": "More", "lawful_basis": "customer" })).await;
    assert_eq!(
        (other["plan"]["sheet"].as_str(), other["preview"][0]["cells"][0].as_str()),
        (Some("More"), Some("Lee"))
    );
    let done = run(&house, &other).await;
    assert_eq!(counts(&done), (22, 21, 1));
    let refused = refusals(&house, &done).await;
    assert!(refused.starts_with("\u{FEFF}Name,Email,Company,line,column,value,reason\r\n"), "{refused}");
    assert!(refused.contains("Oh,no mail,Beta,3,Email,no mail,"), "{refused}");
    expect(
        &first(&house, "people").await,
        &json!({ "name": "Lee", "lawful_basis": "customer", "source": "people.xlsx" }),
    );
    let (status, _) =
        house.send(&house.stranger, Method::PATCH, &path, Some(json!({ "sheet": "People" })), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(a_page_of_the_exchange_named_xls_is_a_list_of_companies, exchange, doors);
async fn exchange(house: House) {
    let (rows, _, _) = encoding_rs::EUC_KR.decode(include_bytes!("fixtures/import/corplist.cp949.csv"));
    let mut page = String::from(
        "\r\n\r\n<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=euc-kr\"></head><body>\
         <table border=1 cellspacing=0>",
    );
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(rows.as_bytes());
    for (at, row) in reader.records().take(21).enumerate() {
        let cell = if at == 0 { "th" } else { "td" };
        let cells: String =
            row.unwrap().iter().map(|c| format!("<{cell}>{}</{cell}>", c.replace('&', "&amp;"))).collect();
        page.push_str(&format!("<tr>{cells}</tr>\r\n"));
    }
    page.push_str("</table></body></html>");
    let (bytes, _, _) = encoding_rs::EUC_KR.encode(&page);
    let import = upload(&house, "company", "상장법인목록.xls", &bytes).await;
    assert_eq!(
        (import["plan"]["format"].as_str(), import["plan"]["preset"].as_str()),
        (Some("html"), Some("KIND 상장법인목록"))
    );
    let done = run(&house, &import).await;
    assert_eq!(counts(&done), (20, 20, 0));
    let found =
        house.get("/companies?q=%EB%8D%95%EC%96%91%EC%97%90%EB%84%88%EC%A0%A0").await["items"][0].clone();
    expect(
        &found,
        &json!({ "domain": "dyenergen.com", "region": "전라남도", "source": "KRX KIND", "source_date": import["plan"]["source_date"] }),
    );
}

on_both_databases!(cards_become_people_with_their_companies_and_a_broken_card_is_named, cards, doors);
async fn cards(house: House) {
    let file = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Kim;Min;;;\r\nFN:Min Kim\r\nORG:Acme\r\nTITLE:CTO\r\nEMAIL;TYPE=WORK:min@acme.example.com\r\n\
        TEL;TYPE=CELL:+82 10 0000 0000\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n";
    let import = upload(&house, "person", "contacts.vcf", file.as_bytes()).await;
    assert_eq!(import["plan"]["preset"], "vCard");
    assert!(import["preview"][1]["refused"].as_str().unwrap().contains("cannot be read"), "{import}");
    let done = run(&house, &import).await;
    assert_eq!(counts(&done), (2, 1, 1));
    assert!(refusals(&house, &done).await.contains(",2,,,\"this entry cannot be read"));
    let wanted = json!({ "name": "Min Kim", "company_name": "Acme", "title": "CTO", "email": "min@acme.example.com",
        "phone": "+82 10 0000 0000", "source": "vCard" });
    expect(&first(&house, "people").await, &wanted);
}

const LINKEDIN: &str = "\u{FEFF}Notes:\n\"When exporting your connection data, you may notice that some of the email addresses are missing, as shared, privately.\"\n\n\
    First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
    A,Example,https://www.linkedin.com/in/a-example,,Acme,CEO,01 Jan 2024\n\
    B,Example,https://www.linkedin.com/in/b-example,b@example.com,Beta,CTO,7-Feb-22\n,,,,,,\n";
const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,Company Name,Contact owner,Lifecycle Stage,Lead Status,Create Date\n\
    101,A,Example,a@example.com,+1 202 555 0100,+1 202 555 0101,CEO,Acme,,lead,(No value),2023-04-12 09:31\n";
const APOLLO: &str = "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Seniority,Departments,First Phone,Person Linkedin Url,Website,Company Linkedin Url,# Employees,Country\n\
    A,Example,CEO,Acme Inc,Acme,a@example.com,Verified,C suite,\"C-Suite, Sales\",'+1 202 555 0100,http://www.linkedin.com/in/a,http://www.acme.example.net,http://www.linkedin.com/company/acme,40,United States\n";
const PIPEDRIVE: &str = "Person - Name,Organization - Name,Person - Email,Person - Person created\nA Example,Acme,a@example.com,2024-05-06 10:00:00\n";
const SALESFORCE: &str = "Lead Source,First Name,Last Name,Company / Account,Email,Phone,Lead Status,Lead Owner,Create Date\n\
    Web,A,Example,Acme,a@example.com,202 555 0100,Open - Not Contacted,,5/6/2024\n\n\
    \"Confidential Information - Do Not Distribute\"\n\"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved.\"\n";
const GOOGLE: &str = "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Labels\n\
    A,Example,Acme,CEO,* Work,a@example.com ::: a2@example.com,Mobile,202 555 0100,* myContacts\n";
const OUTLOOK: &str = "Title,First Name,Middle Name,Last Name,Company,Job Title,E-mail Address,E-mail 2 Address,Business Phone,Mobile Phone,Categories\n\
    Mr.,A,,Example,Acme,CEO,a@example.com,,202 555 0100,,\n";
const OUTLOOK_KO: &str =
    "이름,성,회사,직함,전자 메일 주소,근무처 전화,휴대폰\n길동,홍,Acme,CEO,a@example.com,02-000-0000,\n";
const SALES_NAVIGATOR: &str = "profileUrl,fullName,firstName,lastName,companyName,title,companyUrl,vmid,defaultProfileUrl,timestamp\n\
    https://www.linkedin.com/sales/lead/X,A Example,A,Example,Acme,CEO,https://www.linkedin.com/sales/company/1,X,https://www.linkedin.com/in/a,2024-05-06T10:00:00.000Z\n";

on_both_databases!(exports_of_people_are_mapped_without_help_and_keep_where_they_come_from, people, doors);
async fn people(house: House) {
    let base = json!({ "given_name": "A", "family_name": "Example", "company_name": "Acme", "title": "CEO", "lawful_basis": "legitimate_interest" });
    let mail = json!({ "email": "a@example.com" });
    let dated = |day: &str| json!({ "source_date": day });
    let cases = [
        (
            "Connections.csv",
            LINKEDIN,
            "LinkedIn Connections",
            "LinkedIn",
            json!({ "linkedin_url": "https://www.linkedin.com/in/a-example" }),
            dated("2024-01-01"),
        ),
        ("hubspot.csv", HUBSPOT, "HubSpot contacts", "HubSpot", mail.clone(), dated("2023-04-12")),
        (
            "salesforce.csv",
            SALESFORCE,
            "Salesforce leads",
            "Web",
            json!({ "email": "a@example.com", "title": null }),
            dated("2024-05-06"),
        ),
        (
            "pipedrive.csv",
            PIPEDRIVE,
            "Pipedrive people",
            "Pipedrive",
            json!({ "title": null }),
            dated("2024-05-06"),
        ),
        ("google.csv", GOOGLE, "Google contacts", "Google contacts", mail.clone(), json!({})),
        ("outlook.csv", OUTLOOK, "Outlook contacts", "Outlook contacts", mail.clone(), json!({})),
        (
            "ko.csv",
            OUTLOOK_KO,
            "Outlook 연락처",
            "Outlook 연락처",
            json!({ "given_name": "길동", "family_name": "홍", "email": "a@example.com" }),
            json!({}),
        ),
        (
            "nav.csv",
            SALES_NAVIGATOR,
            "LinkedIn Sales Navigator",
            "LinkedIn Sales Navigator",
            json!({ "linkedin_url": "https://www.linkedin.com/in/a" }),
            dated("2024-05-06"),
        ),
        (
            "apollo.csv",
            APOLLO,
            "Apollo people",
            "Apollo",
            json!({ "phone": "+1 202 555 0100", "country": "US" }),
            json!({}),
        ),
    ];
    for (name, text, preset, source, own, day) in cases {
        let import = upload(&house, "person", name, text.as_bytes()).await;
        assert_eq!(import["plan"]["preset"], preset, "{name}");
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        house.patch(&path, json!({ "lawful_basis": "legitimate_interest" })).await;
        let done = run(&house, &import).await;
        assert_eq!(counts(&done).2, 0, "{name}: {}", refusals(&house, &done).await);
        let person = first(&house, "people").await;
        let mut wanted = base.clone();
        wanted["source"] = json!(source);
        for part in [json!({ "source_date": import["plan"]["source_date"] }), own, day] {
            wanted.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
        expect(&person, &wanted);
        if name == "google.csv" {
            assert_eq!(person["emails"].as_array().unwrap().len(), 2);
        }
        for one in house.get("/people").await["items"].as_array().unwrap() {
            let path = format!("/people/{}", one["id"].as_str().unwrap());
            house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
        }
    }
    expect(
        &first(&house, "companies").await,
        &json!({ "name": "Acme", "source": "LinkedIn", "source_date": "2024-01-01", "lawful_basis": "legitimate_interest" }),
    );
}

const CRUNCHBASE: &str = "Organization Name,Organization Name URL,Industries,Headquarters Location,Description,Number of Employees,Founded Date,Website,LinkedIn\n\
    Acme,https://www.crunchbase.com/organization/acme,\"Software, Sales\",\"San Francisco, California, United States\",Sells,11-50,2015-01-01,https://acme.example.net,https://www.linkedin.com/company/acme\n";

on_both_databases!(a_crunchbase_export_fills_company_place_size_and_source, crunchbase, doors);
async fn crunchbase(house: House) {
    let import = upload(&house, "company", "companies-11-25-2026.csv", CRUNCHBASE.as_bytes()).await;
    assert_eq!(import["plan"]["preset"], "Crunchbase");
    assert_eq!(counts(&run(&house, &import).await), (1, 1, 0));
    let wanted = json!({ "name": "Acme", "city": "San Francisco", "region": "California", "country": "US",
        "employees": 30, "founded_year": 2015, "source": "Crunchbase", "linkedin_url": "https://www.linkedin.com/company/acme" });
    expect(&first(&house, "companies").await, &wanted);
}

on_both_databases!(
    people_are_linked_to_a_company_by_the_domain_of_their_mail_but_never_by_free_mail,
    linked,
    doors
);
async fn linked(house: House) {
    house.post("/companies", json!({ "name": "Acme Holdings", "domain": "acme.co.kr" })).await;
    house.post("/companies", json!({ "name": "Free", "domain": "gmail.com" })).await;
    let text = "Name,Email,Company,Website\nA,a@mail.acme.co.kr,,\nB,b@acme.co.kr,ACME 영업본부,\nC,c@gmail.com,,\nD,,,https://www.acme.co.kr/team\nE,,,https://www.linkedin.com/in/e\n";
    let import = upload(&house, "person", "people.csv", text.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (5, 5, 0));
    let page = house.get("/people?sort=name").await;
    let companies: Vec<&Json> =
        page["items"].as_array().unwrap().iter().map(|p| &p["company_name"]).collect();
    let acme = json!("Acme Holdings");
    assert_eq!(companies, [&acme, &acme, &Json::Null, &acme, &Json::Null]);
    assert_eq!(house.get("/companies/count").await["count"], 2);
}

on_both_databases!(what_a_row_does_not_say_is_no_reason_to_change_where_a_record_comes_from, kept, doors);
async fn kept(house: House) {
    house
        .post(
            "/companies",
            json!({ "name": "Acme", "domain": "acme.com", "source": "Fair", "source_date": "2020-01-01" }),
        )
        .await;
    let import = upload(&house, "company", "list.csv", b"name,domain,city\nAcme,acme.com,Seoul\n").await;
    run(&house, &import).await;
    expect(
        &first(&house, "companies").await,
        &json!({ "city": "Seoul", "source": "Fair", "source_date": "2020-01-01" }),
    );
}

on_both_databases!(columns_that_never_change_or_only_count_are_proposed_to_be_left_out, idle, doors);
async fn idle(house: House) {
    let mut text = String::from("No,Company,Segment,Note\n");
    for n in 1..=12 {
        text.push_str(&format!("{n},Company {n},All,note {}\n", n * 7));
    }
    let import = upload(&house, "company", "list.csv", text.as_bytes()).await;
    let targets: Vec<&str> = import["plan"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["target"]["to"].as_str().unwrap())
        .collect();
    assert_eq!(targets, ["ignore", "field", "ignore", "custom"]);
}

on_both_databases!(
    cells_like_formulas_are_kept_as_they_are_and_made_harmless_on_the_way_out,
    formulas,
    doors
);
async fn formulas(house: House) {
    let import =
        upload(&house, "company", "list.csv", b"name,city,employees\n=1+1,Seoul,5\n@SUM(A1),Busan,many\n")
            .await;
    let done = run(&house, &import).await;
    assert_eq!(counts(&done), (2, 1, 1));
    expect(&first(&house, "companies").await, &json!({ "name": "=1+1" }));
    assert!(refusals(&house, &done).await.contains("\r\n'@SUM(A1),Busan,many,3,employees,many,"));
    let (_, csv) = house.send_raw(&house.owner, Method::GET, "/companies/export", None, &[]).await;
    assert!(String::from_utf8(csv).unwrap().contains(",'=1+1,"));
}

on_both_databases!(a_file_that_cannot_be_read_says_why_in_the_readers_language, unreadable, doors);
async fn unreadable(house: House) {
    let mut korean = house.owner.clone();
    korean.locale = kernel::Locale::Ko;
    let wide = format!("{}\n", (0..20_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(","));
    let cases: [(&[u8], &str, &str); 4] = [
        (b"PK\x03\x04", "the workbook is damaged", "통합 문서가 손상되었습니다"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "before 2007", "2007년 이전"),
        (b"", "the file is empty", "파일이 비어 있습니다"),
        (wide.as_bytes(), "20000 columns", "열이 20000개"),
    ];
    for (bytes, en, ko) in cases {
        for (me, said) in [(&house.owner, en), (&korean, ko)] {
            let (status, problem) = house.upload(me, "/imports", "company", "list", bytes).await;
            assert_eq!(
                (status, problem["code"].as_str()),
                (StatusCode::UNPROCESSABLE_ENTITY, Some("unreadable_file"))
            );
            assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
        }
    }
}

on_both_databases!(a_cell_of_ten_megabytes_refuses_its_row_and_an_open_quote_ends_the_file, huge, doors);
async fn huge(house: House) {
    let mut text = format!("name,description\nAcme,{}\nBeta,fine\n", "x".repeat(10 << 20)).into_bytes();
    let import = upload(&house, "company", "cell.csv", &text).await;
    let done = run(&house, &import).await;
    assert_eq!(counts(&done), (2, 1, 1));
    let refused = refusals(&house, &done).await;
    assert!(
        refused.contains("2,description,,\"column 'description' holds 10485760 bytes"),
        "{}",
        refused.len()
    );
    text.extend_from_slice(b"Gamma,\"");
    text.extend(std::iter::repeat_n(b'y', 17 << 20));
    let import = upload(&house, "company", "quote.csv", &text).await;
    let id = import["id"].as_str().unwrap();
    house.post(&format!("/imports/{id}/start"), json!({})).await;
    house.work().await;
    let ended = house.get(&format!("/imports/{id}")).await;
    assert_eq!((ended["state"].as_str(), ended["rows_read"].as_i64()), (Some("failed"), Some(2)));
    assert!(ended["error"].as_str().unwrap().contains("a row is larger than 16 MB"), "{}", ended["error"]);
}
