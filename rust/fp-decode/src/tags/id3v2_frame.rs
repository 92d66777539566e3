//! The frames of ID3v2 that matter, in all versions.

use super::{
    genre::genre_names,
    text::{latin1, utf8, utf16},
    values::{Field, Values},
};

/// Whose identifiers of files are those of recordings.
const MUSICBRAINZ: &[u8] = b"http://musicbrainz.org";

/// Adds a frame's values. `old_date`: the year, and day and month, of versions before 2.4.
pub(super) fn add_frame(id: &[u8; 4], content: &[u8], values: &mut Values, old_date: &mut [Option<String>; 2]) {
    let field = match id {
        b"TIT2" | b"TT2 " => Field::Title,
        b"TPE1" | b"TP1 " => Field::Artist,
        b"TPE2" | b"TP2 " => Field::AlbumArtist,
        b"TALB" | b"TAL " => Field::Album,
        b"TRCK" | b"TRK " => Field::Track,
        b"TPOS" | b"TPA " => Field::Disc,
        b"TCMP" | b"TCP " => Field::Compilation,
        b"TSRC" | b"TRC " => Field::Isrc,
        b"TDRC" => Field::Date,
        b"TDRL" => return values.add_second(Field::Date, &text(content)),
        b"TCON" | b"TCO " => return values.add(Field::Genre, &genre_names(&text(content))),
        b"TYER" | b"TYE " => return old_date[0] = Some(text(content)),
        b"TDAT" | b"TDA " => return old_date[1] = Some(text(content)),
        b"TXXX" | b"TXX " => return add_user_text(content, values),
        b"UFID" | b"UFI " => {
            if let Some(recording) = content.strip_prefix(MUSICBRAINZ).and_then(|rest| rest.strip_prefix(b"\0")) {
                values.add(Field::RecordingId, &latin1(recording));
            }
            return;
        }
        _ => return,
    };
    values.add(field, &text(content));
}

/// The date of versions before 2.4: a year, and a day and month (`DDMM`) that stand alone in a frame of their own.
pub(super) fn set_old_date([year, day_and_month]: [Option<String>; 2], values: &mut Values) {
    let [year, digits] = [year, day_and_month]
        .map(|text| text.unwrap_or_default().split('\0').next().unwrap_or_default().trim().to_owned());
    let is_whole = year.len() == 4 && digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let date = if is_whole { format!("{year}-{}-{}", &digits[2..], &digits[..2]) } else { year };
    values.add_second(Field::Date, &date);
}

/// `TXXX`: a description, and the value. The usual frame of a field counts more.
fn add_user_text(content: &[u8], values: &mut Values) {
    let all = text(content);
    let Some((name, value)) = all.split_once('\0') else { return };
    values.add_named_second(name.as_bytes(), || value.to_owned());
}

/// The text of a frame, whose first byte states the encoding.
fn text(content: &[u8]) -> String {
    match content.split_first() {
        Some((0, bytes)) => latin1(bytes),
        Some((1, bytes)) => utf16(bytes, false),
        Some((2, bytes)) => utf16(bytes, true),
        Some((3, bytes)) => utf8(bytes),
        _ => String::new(),
    }
}
