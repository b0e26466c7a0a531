use super::*;
use crate::import::{Dialect, Table, decode, detect_dialect};

/// Reads a fixture whole through encoding, dialect and table, then asks for its columns.
fn columns(kind: RecordKind, bytes: &[u8]) -> Vec<String> {
    let (_, text) = decode::decode(bytes).unwrap();
    let mut table = Table::open(text.as_bytes(), detect_dialect(&text)).unwrap();
    let headers = table.headers().to_vec();
    let mut rows = Vec::new();
    while let Some(row) = table.next_row().unwrap() {
        rows.push(row.unwrap().cells);
    }
    short(&suggest_columns(kind, &headers, &rows))
}

fn short(suggestions: &[ColumnSuggestion]) -> Vec<String> {
    let text = |s: &ColumnSuggestion| match &s.target {
        Target::Field { key } => format!("{}={key}", s.header),
        Target::Custom { field_type, .. } => {
            format!("{}:{}", s.header, format!("{field_type:?}").to_lowercase())
        }
        Target::Ignore => format!("{}!", s.header),
    };
    suggestions.iter().map(text).collect()
}

fn headers_only(kind: RecordKind, line: &str) -> Vec<String> {
    let headers: Vec<String> = line.split(',').map(str::to_owned).collect();
    short(&suggest_columns(kind, &headers, &[]))
}

#[test]
fn real_lists_of_companies_are_mapped() {
    let maven = columns(RecordKind::Companies, include_bytes!("../../tests/fixtures/import/accounts.csv"));
    assert_eq!(
        maven,
        [
            "account=name",
            "sector=industry",
            "year_established=founded_year",
            "revenue=revenue",
            "employees=employees",
            "office_location=country",
            "subsidiary_of:text",
        ]
    );
    let krx =
        columns(RecordKind::Companies, include_bytes!("../../tests/fixtures/import/krx.cp949-semicolon.csv"));
    assert_eq!(krx[..5], ["Code:text", "ISU_CD:text", "Name=name", "Market:choice", "Dept:choice"]);
    assert!(krx[5..16].iter().all(|c| c.ends_with(":number")), "{krx:?}");
    let kind =
        columns(RecordKind::Companies, include_bytes!("../../tests/fixtures/import/corplist.cp949.csv"));
    assert_eq!(
        kind,
        [
            "회사명=name",
            "시장구분:choice",
            "종목코드:text",
            "업종=industry",
            "주요제품=description",
            "상장일:date",
            "결산월:choice",
            "대표자명:text",
            "홈페이지=website",
            "지역=region",
        ]
    );
    let yc = columns(RecordKind::Companies, include_bytes!("../../tests/fixtures/import/yc.csv"));
    assert_eq!(
        yc,
        [
            "id:number",
            "name=name",
            "website=website",
            "Location=address",
            "company size:choice",
            "team_size=employees",
            "industry=industry",
            "launched_at:date",
            "top_company:yesno",
            "isHiring:yesno",
            "nonprofit!",
            "status:choice",
            "country=country",
            "State=region",
            "batch:number",
            "Age:number",
        ]
    );
}

#[test]
fn a_real_pipeline_is_mapped() {
    let maven = columns(RecordKind::Deals, include_bytes!("../../tests/fixtures/import/sales_pipeline.csv"));
    assert_eq!(
        maven,
        [
            "opportunity_id=external_id",
            "sales_agent:text",
            "product:choice",
            "account=company",
            "deal_stage=stage",
            "engage_date=created_at",
            "close_date=closed_at",
            "close_value=value",
        ]
    );
}

#[test]
fn exports_of_known_products_are_mapped_by_their_headers() {
    let people = RecordKind::People;
    let hubspot = headers_only(
        people,
        "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,Company Name,Contact owner",
    );
    assert_eq!(
        hubspot[1..8],
        [
            "First Name=given_name",
            "Last Name=family_name",
            "Email=email",
            "Phone Number=phone",
            "Mobile Phone Number=phone",
            "Job Title=title",
            "Company Name=company",
        ]
    );
    let apollo = headers_only(
        people,
        "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Work Direct Phone,# Employees,Person Linkedin Url,Website,Company Linkedin Url,City,Country",
    );
    assert_eq!(
        apollo[2..8],
        [
            "Title=title",
            "Company=company",
            "Company Name for Emails!",
            "Email=email",
            "Email Status!",
            "Work Direct Phone=phone"
        ]
    );
    assert_eq!(
        apollo[9..],
        [
            "Person Linkedin Url=linkedin_url",
            "Website=company_domain",
            "Company Linkedin Url:text",
            "City=city",
            "Country=country"
        ]
    );
    let pipedrive = headers_only(people, "Person - Name,Organization - Name,Person - Email");
    assert_eq!(pipedrive, ["Person - Name=name", "Organization - Name=company", "Person - Email=email"]);
    let korean = headers_only(people, "이름,직책,회사명,이메일,휴대폰");
    assert_eq!(korean, ["이름=name", "직책=title", "회사명=company", "이메일=email", "휴대폰=phone"]);
}

#[test]
fn linkedins_url_column_is_told_by_its_values() {
    let text = "Notes:\n\"When exporting, note; this.\"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\nA,B,https://www.linkedin.com/in/a,,Acme,CEO,01 Jan 2024\nC,D,https://www.linkedin.com/in/c,,Beta,CTO,7-Feb-22\n";
    assert_eq!(
        columns(RecordKind::People, text.as_bytes()),
        [
            "First Name=given_name",
            "Last Name=family_name",
            "URL=linkedin_url",
            "Email Address=email",
            "Company=company",
            "Position=title",
            "Connected On!",
        ]
    );
}

#[test]
fn a_field_goes_to_its_surest_column_only() {
    let rows = vec![vec!["Acme".to_owned(), "Acme Inc.".to_owned(), String::new()]];
    let headers = ["Company".to_owned(), "Name".to_owned(), "Empty".to_owned()];
    let found = short(&suggest_columns(RecordKind::Companies, &headers, &rows));
    assert_eq!(found, ["Company:text", "Name=name", "Empty!"]);
}

#[test]
fn a_column_of_days_says_its_order() {
    let headers = ["close_date".to_owned()];
    let rows: Vec<Vec<String>> = ["3/1/2017", "10/20/2016"].iter().map(|d| vec![(*d).to_owned()]).collect();
    assert_eq!(
        suggest_columns(RecordKind::Deals, &headers, &rows)[0].date_order,
        Some(DateOrder::MonthFirst)
    );
    assert_eq!(detect_dialect("close_date\n3/1/2017\n"), Dialect { delimiter: b',', skipped_records: 0 });
}
