//! Whether somebody may sign now. Pure.

use paper::picture::{self, PictureKind};
use serde::Serialize;

use crate::state::OfferState;

/// The words they agree to, counted up when they change.
pub const CONSENT_VERSION: u32 = 1;
/// Longest name or role, characters.
pub const NAME_CHARS: usize = 120;
/// Largest drawn signature, bytes of PNG.
pub const DRAWN_BYTES: usize = 64 << 10;
/// Its longest side, in dots.
const DRAWN_DOTS: u32 = 2_000;

/// What is known when somebody signs.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Where the version stands.
    pub state: OfferState,
    /// Its last day is over where the prospect is.
    pub expired: bool,
    /// Their place among the signers, and how many have signed.
    pub place: Option<i64>,
    /// Who signed before.
    pub signed: i64,
    /// What they saw is what the version says.
    pub same_content: bool,
    /// What they saw costs what it costs now.
    pub same_price: bool,
    /// A package is chosen.
    pub package: bool,
}

/// Why somebody cannot sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It was never sent, or was taken back.
    NotOut,
    /// A newer version took its place.
    Superseded,
    /// Its day is over.
    Expired,
    /// It was answered already.
    Answered,
    /// The link is of somebody who only reads.
    NotASigner,
    /// Somebody signs before them.
    NotYourTurn,
    /// What they saw is not what the version says.
    Changed,
    /// What they saw costs something else now.
    PriceChanged,
    /// No package is chosen.
    NoPackage,
}

impl Refusal {
    /// The key used in the audit.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotOut => "not_out",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Answered => "answered",
            Self::NotASigner => "not_a_signer",
            Self::NotYourTurn => "not_your_turn",
            Self::Changed => "changed",
            Self::PriceChanged => "price_changed",
            Self::NoPackage => "no_package",
        }
    }
}

/// Whether the version itself can still be answered.
///
/// # Errors
/// Why it cannot.
pub fn may_answer(state: OfferState, expired: bool) -> Result<(), Refusal> {
    match state {
        OfferState::Sent | OfferState::Viewed if expired => Err(Refusal::Expired),
        OfferState::Sent | OfferState::Viewed => Ok(()),
        OfferState::Accepted | OfferState::Declined => Err(Refusal::Answered),
        OfferState::Expired => Err(Refusal::Expired),
        OfferState::Superseded => Err(Refusal::Superseded),
        _ => Err(Refusal::NotOut),
    }
}

/// Whether they may sign.
///
/// # Errors
/// Why they may not.
pub fn may_sign(asked: &Asked) -> Result<(), Refusal> {
    may_answer(asked.state, asked.expired)?;
    let place = asked.place.ok_or(Refusal::NotASigner)?;
    if asked.signed + 1 != place {
        return Err(if asked.signed >= place { Refusal::Answered } else { Refusal::NotYourTurn });
    }
    match asked {
        Asked { same_content: false, .. } => Err(Refusal::Changed),
        Asked { package: false, .. } => Err(Refusal::NoPackage),
        Asked { same_price: false, .. } => Err(Refusal::PriceChanged),
        _ => Ok(()),
    }
}

/// Whether bytes are a PNG a canvas makes: a whole picture, no larger than it needs to be.
#[must_use]
pub fn is_drawing(bytes: &[u8]) -> bool {
    bytes.len() <= DRAWN_BYTES
        && PictureKind::of(bytes) == Some(PictureKind::Png)
        && picture::size(bytes).is_some_and(|(wide, high)| wide.max(high) <= DRAWN_DOTS)
        && picture::is_whole(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use OfferState::{
        Accepted, Approved, Declined, Discarded, Draft, Expired, InReview, Sent, Superseded, Viewed,
        Withdrawn,
    };

    const FINE: Asked = Asked {
        state: Viewed,
        expired: false,
        place: Some(1),
        signed: 0,
        same_content: true,
        same_price: true,
        package: true,
    };

    #[test]
    fn only_what_is_out_unexpired_and_as_it_was_shown_is_signed_and_in_order() {
        let table: [(Asked, Result<(), Refusal>); 20] = [
            (FINE, Ok(())),
            (Asked { state: Sent, ..FINE }, Ok(())),
            (Asked { place: Some(2), signed: 1, ..FINE }, Ok(())),
            (Asked { state: Draft, ..FINE }, Err(Refusal::NotOut)),
            (Asked { state: InReview, ..FINE }, Err(Refusal::NotOut)),
            (Asked { state: Approved, ..FINE }, Err(Refusal::NotOut)),
            (Asked { state: Withdrawn, ..FINE }, Err(Refusal::NotOut)),
            (Asked { state: Discarded, ..FINE }, Err(Refusal::NotOut)),
            (Asked { state: Superseded, ..FINE }, Err(Refusal::Superseded)),
            (Asked { state: Expired, ..FINE }, Err(Refusal::Expired)),
            (Asked { state: Accepted, ..FINE }, Err(Refusal::Answered)),
            (Asked { state: Declined, ..FINE }, Err(Refusal::Answered)),
            (Asked { expired: true, ..FINE }, Err(Refusal::Expired)),
            (Asked { place: None, ..FINE }, Err(Refusal::NotASigner)),
            (Asked { place: Some(2), ..FINE }, Err(Refusal::NotYourTurn)),
            (Asked { signed: 1, ..FINE }, Err(Refusal::Answered)),
            (Asked { same_content: false, ..FINE }, Err(Refusal::Changed)),
            (Asked { same_price: false, ..FINE }, Err(Refusal::PriceChanged)),
            (Asked { package: false, same_price: false, ..FINE }, Err(Refusal::NoPackage)),
            (Asked { state: Superseded, expired: true, place: None, ..FINE }, Err(Refusal::Superseded)),
        ];
        for (asked, wanted) in table {
            assert_eq!(may_sign(&asked), wanted, "{asked:?}");
        }
    }

    #[test]
    fn a_drawing_is_a_small_png() {
        let logo = include_bytes!("../../../../foundation/paper/src/document/logo.png").to_vec();
        assert!(is_drawing(&logo));
        let head = logo[..33].to_vec();
        let png = |wide: u32| {
            let mut bytes = std::io::Cursor::new(Vec::new());
            image::GrayImage::new(wide, 1).write_to(&mut bytes, image::ImageFormat::Png).expect("writes");
            bytes.into_inner()
        };
        assert!(is_drawing(&png(2_000)));
        let wide = png(2_001);
        let mut long = logo.clone();
        long.resize(DRAWN_BYTES + 1, 0);
        for wrong in [head, wide, long, b"<svg/>".to_vec(), Vec::new()] {
            assert!(!is_drawing(&wrong));
        }
    }
}
