//! From pieces to paper: who gets them where, in which language, on which day.

use std::collections::HashMap;

use chrono::Datelike;
use http_room::{Answer, App, FieldError, Member, Problem};
use kernel::{Country, Locale, PersonId, PieceId};
use paper::{Format, PaperError, Sheet};
use sea_orm::FromQueryResult;
use store::Sql;

use super::model::{self, Piece};
use super::rules::PieceKind;
use crate::snippet::rules::language_of;

/// Where a person is written to: their company's address.
#[derive(Debug, FromQueryResult)]
struct Addressee {
    id: PersonId,
    name: String,
    country: Option<String>,
    company_name: Option<String>,
    address: Option<String>,
    city: Option<String>,
    region: Option<String>,
    company_country: Option<String>,
}

/// The pieces as one file, in the order they were named.
///
/// # Errors
/// 404 when one is not there; 422 naming those that cannot be printed, and why.
pub(super) async fn print(app: &App, me: &Member, ids: &[PieceId]) -> Answer<Vec<u8>> {
    let known = model::find_all(&app.db, me.workspace, ids).await?;
    let mut by_id: HashMap<PieceId, Piece> = known.into_iter().map(|piece| (piece.id, piece)).collect();
    let pieces: Vec<Piece> = ids.iter().filter_map(|id| by_id.remove(id)).collect();
    if pieces.len() != ids.len() {
        return Err(Problem::not_found("piece"));
    }
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    let people = addressees(app, me, &pieces).await?;
    let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let desk = Desk {
        sender_address: workspace.settings().postal_address,
        home: workspace.country.clone(),
        locale: workspace.locale(),
        day: kernel::window::local_date(zone, app.clock.now()),
    };
    let (mut sheets, mut errors) = (Vec::new(), Vec::new());
    for (n, piece) in pieces.iter().enumerate() {
        match desk.sheet(&place(n), piece, people.get(&piece.person_id)) {
            Ok(sheet) => sheets.push(sheet),
            Err(why) => errors.push(why),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    // Setting pages is work for a thread of its own.
    let printed = tokio::task::spawn_blocking(move || paper::print(&sheets)).await;
    match printed.map_err(|why| Problem::internal(&why))? {
        Ok(printed) => Ok(printed.pdf),
        Err(PaperError::TooLong { sheet }) => {
            Err(Problem::field(&place(sheet), "too_long", "the text does not fit on its page"))
        }
        Err(PaperError::NoGlyph { sheet, letter }) => {
            Err(Problem::field(&place(sheet), "unprintable", format!("'{letter}' is in no font we have")))
        }
        Err(why) => Err(Problem::internal(&why)),
    }
}

/// The field of a piece among those that were named.
fn place(n: usize) -> String {
    format!("ids.{n}")
}

async fn addressees(app: &App, me: &Member, pieces: &[Piece]) -> Answer<HashMap<PersonId, Addressee>> {
    let text = "SELECT p.id, p.name, p.country, c.name AS company_name, c.address, c.city, c.region, c.country AS company_country \
                FROM person p LEFT JOIN company c ON c.id = p.company_id AND c.deleted_at IS NULL \
                WHERE p.deleted_at IS NULL AND p.id IN ";
    let mut sql = Sql::new(app.db.engine(), text);
    sql.bind_list(pieces.iter().map(|piece| piece.person_id.into()));
    sql.push(" AND ").push_check("p.workspace_id", me.workspace);
    let rows: Vec<Addressee> = sql.all(app.db.read()).await?;
    Ok(rows.into_iter().map(|who| (who.id, who)).collect())
}

/// What all pieces of a file share.
struct Desk {
    sender_address: String,
    home: String,
    locale: Locale,
    day: chrono::NaiveDate,
}

impl Desk {
    /// A piece as the printer takes it, or why it cannot be printed.
    fn sheet(&self, field: &str, piece: &Piece, who: Option<&Addressee>) -> Result<Sheet, FieldError> {
        let format = match PieceKind::parse(&piece.kind) {
            Some(PieceKind::Letter) => Format::Letter,
            Some(PieceKind::Postcard) => Format::Postcard,
            _ => {
                return Err(FieldError::new(field, "not_printed", "only letters and postcards are printed"));
            }
        };
        if let Some(name) = piece.missing().first() {
            return Err(FieldError::new(field, "unresolved", format!("fill in {name}")));
        }
        if piece.body.trim().is_empty() {
            return Err(FieldError::new(field, "required", "the text is missing"));
        }
        let Some(who) = who else { return Err(FieldError::new(field, "not_found", "the person is gone")) };
        if who.address.as_deref().is_none_or(|address| address.trim().is_empty()) {
            return Err(FieldError::new(field, "no_address", "the company has no postal address"));
        }
        let locale = language_of(&piece.body).unwrap_or(self.locale);
        Ok(Sheet {
            format,
            korean: locale == Locale::Ko,
            sender_name: piece.sender_name.clone(),
            sender_address: lines(&self.sender_address),
            recipient: self.recipient(who, locale),
            date: written_day(self.day, locale),
            headline: piece.headline.clone(),
            body: piece.body.clone(),
        })
    }

    /// The lines of the address: in Korean from the large to the small, elsewhere from the person to the country, which
    /// stands there for post abroad only.
    fn recipient(&self, who: &Addressee, locale: Locale) -> Vec<String> {
        let said = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        let country = said(&who.company_country).or_else(|| said(&who.country));
        let abroad = country.filter(|code| *code != self.home).and_then(|code| Country::from_code(&code));
        let address = lines(who.address.as_deref().unwrap_or_default());
        // An address often names its city already.
        let mut places = [said(&who.city), said(&who.region)].into_iter().flatten().collect::<Vec<_>>();
        places.retain(|place| !address.iter().any(|line| line.contains(place.as_str())));
        let land = abroad.map(|land| land.name(locale).to_uppercase());
        if locale == Locale::Ko {
            places.reverse();
            let place = Some(places.join(" ")).filter(|p| !p.is_empty());
            let name = format!("{} 귀하", who.name);
            return land
                .into_iter()
                .chain(place)
                .chain(address)
                .chain(said(&who.company_name))
                .chain([name])
                .collect();
        }
        let place = Some(places.join(", ")).filter(|p| !p.is_empty());
        let company = said(&who.company_name);
        company.into_iter().chain([who.name.clone()]).chain(address).chain(place).chain(land).collect()
    }
}

/// A text's lines without blank ones.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A day as a letter says it.
fn written_day(day: chrono::NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::Ko => format!("{}년 {}월 {}일", day.year(), day.month(), day.day()),
        Locale::En => format!("{} {}", day.day(), day.format("%B %Y")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(home: &str) -> Desk {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 7).expect("a day");
        Desk { sender_address: "Main Street 1\nSeoul".into(), home: home.into(), locale: Locale::Ko, day }
    }

    fn who(address: &str, city: Option<&str>, country: &str) -> Addressee {
        Addressee {
            id: PersonId::new(),
            name: "Kim Minjun".into(),
            country: None,
            company_name: Some("Hanbit".into()),
            address: Some(address.into()),
            city: city.map(str::to_owned),
            region: None,
            company_country: Some(country.into()),
        }
    }

    #[test]
    fn an_address_is_written_as_its_language_does_and_names_the_country_abroad() {
        let seoul = who("Teheran-ro 1\n06130", Some("Seoul"), "KR");
        let table = [
            ("KR", Locale::En, vec!["Hanbit", "Kim Minjun", "Teheran-ro 1", "06130", "Seoul"]),
            ("DE", Locale::En, vec!["Hanbit", "Kim Minjun", "Teheran-ro 1", "06130", "Seoul", "SOUTH KOREA"]),
            ("KR", Locale::Ko, vec!["Seoul", "Teheran-ro 1", "06130", "Hanbit", "Kim Minjun 귀하"]),
        ];
        for (home, locale, expected) in table {
            assert_eq!(desk(home).recipient(&seoul, locale), expected, "{home} {locale:?}");
        }
        let twice = who("Teheran-ro 1, Seoul", Some("Seoul"), "KR");
        assert_eq!(desk("KR").recipient(&twice, Locale::En).len(), 3);
    }

    #[test]
    fn a_day_is_written_out() {
        let day = desk("KR").day;
        assert_eq!(written_day(day, Locale::En), "7 November 2026");
        assert_eq!(written_day(day, Locale::Ko), "2026년 11월 7일");
    }
}
