//! Pictures that are printed and shown: PNG and JPEG, small enough to be read without harm.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use crate::document::PICTURE_BYTES;

/// Most dots of a picture. What is packed small can be large once it is read.
pub const DOTS: u64 = 24_000_000;

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

impl PictureKind {
    /// By its first bytes, 8 are enough.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        bytes.starts_with(b"\xff\xd8\xff").then_some(Self::Jpeg)
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    fn format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Jpeg => ImageFormat::Jpeg,
        }
    }
}

/// Width and height in dots, as its head says; none when it is no picture, or larger than [`PICTURE_BYTES`] or [`DOTS`].
#[must_use]
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let kind = PictureKind::of(bytes).filter(|_| bytes.len() <= PICTURE_BYTES)?;
    let (wide, high) = ImageReader::with_format(Cursor::new(bytes), kind.format()).into_dimensions().ok()?;
    (u64::from(wide) * u64::from(high) <= DOTS).then_some((wide, high))
}

/// Whether it can be read to its last dot.
#[must_use]
pub fn is_whole(bytes: &[u8]) -> bool {
    let Some(kind) = PictureKind::of(bytes).filter(|_| size(bytes).is_some()) else { return false };
    image::load_from_memory_with_format(bytes, kind.format()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGO: &[u8] = include_bytes!("document/logo.png");

    /// A grey picture.
    fn png(wide: u32, high: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::GrayImage::new(wide, high).write_to(&mut bytes, ImageFormat::Png).expect("writes");
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_whole_small_and_what_it_says() {
        assert_eq!(PictureKind::of(LOGO), Some(PictureKind::Png));
        assert!(size(LOGO).is_some() && is_whole(LOGO));
        let half = &LOGO[..LOGO.len() / 2];
        assert!(size(half).is_some() && !is_whole(half), "its head alone is no picture");
        let huge = png(5_000, 4_801);
        assert_eq!(size(&png(5_000, 4_800)), Some((5_000, 4_800)), "as many dots as may be");
        for wrong in
            [&huge[..], b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"", &vec![0; PICTURE_BYTES + 1]]
        {
            assert!(size(wrong).is_none() && !is_whole(wrong));
        }
    }
}
