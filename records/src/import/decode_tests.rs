use super::*;
use proptest::prelude::*;

const KOREAN: &str =
    "회사명;업종\r\n덕양에너젠;연료용 가스 제조 및 배관공급업\r\n삼성스팩13호;금융\r\n똠방각하;쀍\r\n";
const WESTERN: &str = "Name,Città\nCafé Ärzte,Größe\nMüller & Söhne,Zürich\nNestlé,Çé\n";

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

#[test]
fn every_encoding_is_told_apart_and_read() {
    let with_mark = [b"\xEF\xBB\xBF", KOREAN.as_bytes()].concat();
    let cases = [
        (KOREAN.as_bytes().to_vec(), TextEncoding::Utf8, KOREAN),
        (with_mark, TextEncoding::Utf8Bom, KOREAN),
        (utf16(KOREAN, true, true), TextEncoding::Utf16Le, KOREAN),
        (utf16(KOREAN, false, true), TextEncoding::Utf16Be, KOREAN),
        (utf16(KOREAN, true, false), TextEncoding::Utf16Le, KOREAN),
        (utf16(KOREAN, false, false), TextEncoding::Utf16Be, KOREAN),
        (EUC_KR.encode(KOREAN).0.into_owned(), TextEncoding::Cp949, KOREAN),
        (WINDOWS_1252.encode(WESTERN).0.into_owned(), TextEncoding::Windows1252, WESTERN),
        (b"name,city\nAcme,Seoul\n".to_vec(), TextEncoding::Utf8, "name,city\nAcme,Seoul\n"),
        (Vec::new(), TextEncoding::Utf8, ""),
    ];
    for (bytes, encoding, text) in cases {
        let (found, read) = decode(&bytes).unwrap();
        assert_eq!((found, read.as_str()), (encoding, text));
    }
}

#[test]
fn the_first_broken_byte_is_named() {
    let mut utf8 = KOREAN.as_bytes().to_vec();
    utf8[10] = 0xFF; // byte 10 is the separator behind three syllables
    let mut cp949 = EUC_KR.encode(KOREAN).0.into_owned();
    cp949[4] = 0xFF;
    for (bytes, at, name) in [(utf8, 10, "UTF-8"), (cp949, 4, "CP949 (EUC-KR)")] {
        match decode(&bytes) {
            Err(DecodeError::Malformed { offset, encoding }) => assert_eq!((offset, encoding), (at, name)),
            other => panic!("{other:?}"),
        }
    }
    let cut = &KOREAN.as_bytes()[..KOREAN.find('호').unwrap() + 1];
    match decode(cut) {
        Err(DecodeError::Malformed { offset, .. }) => assert_eq!(offset, cut.len() as u64 - 1),
        other => panic!("a file that ends inside a character: {other:?}"),
    }
    assert_eq!(detect_encoding(cut).unwrap(), TextEncoding::Utf8);
    assert!(decode_head(cut, TextEncoding::Utf8).ends_with("13"));
}

#[test]
fn workbooks_and_pictures_are_named_as_such() {
    for bytes in [&b"PK\x03\x04rest"[..], b"\xD0\xCF\x11\xE0", b"%PDF-1.7", b"a\0b\0\0c\0\0d\0"] {
        assert!(matches!(detect_encoding(bytes), Err(DecodeError::NotText(_))), "{bytes:?}");
    }
}

/// Gives one byte at a time, as a slow network would.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(out.len()).min(1);
        out[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

proptest! {
    #[test]
    fn text_survives_any_encoding_and_any_chunking(text in "[가-힣a-z,;\"\n]{0,200}") {
        for (encoding, bytes) in [
            (TextEncoding::Utf8, text.as_bytes().to_vec()),
            (TextEncoding::Utf16Le, utf16(&text, true, true)),
            (TextEncoding::Utf16Be, utf16(&text, false, false)),
            (TextEncoding::Cp949, EUC_KR.encode(&text).0.into_owned()),
        ] {
            let mut read = String::new();
            Decoder::new(Drip(&bytes), encoding).read_to_string(&mut read).unwrap();
            prop_assert_eq!(&read, &text);
        }
    }

    #[test]
    fn any_bytes_are_safe(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(encoding) = detect_encoding(&bytes) {
            let _ = decode_head(&bytes, encoding);
            if let Err(DecodeError::Malformed { offset, .. }) = decode_as(&bytes, encoding) {
                prop_assert!(offset < bytes.len() as u64);
            }
        }
    }
}
