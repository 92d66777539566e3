//! ID3v1 and 1.1: the last 128 bytes of a file.

use super::{
    bytes::Bytes,
    genre::genre_name,
    text::latin1,
    values::{Field, Values},
};

/// The values of the tag at `start`.
pub(super) fn read_id3v1(bytes: &mut impl Bytes, start: u64) -> Values {
    let mut values = Values::default();
    let Some(tag) = bytes.array::<128>(start).filter(|tag| tag.starts_with(b"TAG")) else { return values };
    let text = |from: usize, to: usize| latin1(tag[from..to].split(|&byte| byte == 0).next().unwrap_or_default());
    values.add(Field::Title, &text(3, 33));
    values.add(Field::Artist, &text(33, 63));
    values.add(Field::Album, &text(63, 93));
    values.add(Field::Date, &text(93, 97));
    // Version 1.1: a zero ends the comment before the number.
    if tag[125] == 0 && tag[126] != 0 {
        values.add(Field::Track, &tag[126].to_string());
    }
    if let Some(genre) = genre_name(tag[127]) {
        values.add(Field::Genre, &genre);
    }
    values
}
