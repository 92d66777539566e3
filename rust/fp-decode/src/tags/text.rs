//! Text of a tag: its encodings, and the form that is kept.

/// Most characters of a field.
const MAX_CHARACTERS: usize = 1000;
/// Between several values of one field.
const SEPARATOR: &str = "; ";
/// A UUID with its hyphens.
const UUID_CHARACTERS: usize = 36;
/// Where the hyphens are.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// The characters 0x80 to 0x9F of Windows code page 1252. Latin-1 has control characters there, which no tag means; it is
/// what programs that write "Latin-1" mean.
const CODE_PAGE_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Latin-1 with the characters of Windows.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            0x80..=0x9f => CODE_PAGE_1252[usize::from(byte - 0x80)],
            byte => char::from(byte),
        })
        .collect()
}

/// UTF-8; what is none becomes U+FFFD.
pub(super) fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// UTF-8, or else Latin-1: of chunks that state no encoding.
pub(super) fn utf8_or_latin1(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| latin1(bytes), str::to_owned)
}

/// UTF-16; a byte order mark overrules `big_endian`.
pub(super) fn utf16(bytes: &[u8], big_endian: bool) -> String {
    let (bytes, big_endian) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, false),
        [0xfe, 0xff, rest @ ..] => (rest, true),
        _ => (bytes, big_endian),
    };
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// One line without control characters, space around it, and what is beyond [`MAX_CHARACTERS`]; `None` if nothing is left. Marks
/// of the direction of writing stay: Hebrew and Arabic need them.
pub(super) fn clean(text: &str) -> Option<String> {
    let in_line = |character: char| match character {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        other => other,
    };
    let kept = text.chars().map(in_line).filter(|character| !character.is_control() && *character != '\u{feff}');
    let mut line: String = kept.skip_while(|character| character.is_whitespace()).take(MAX_CHARACTERS).collect();
    line.truncate(line.trim_end().len());
    (!line.is_empty()).then_some(line)
}

/// Adds one more value, unless it is there already or there is no room.
pub(super) fn append(to: &mut Option<String>, value: &str) {
    let Some(text) = to else {
        *to = Some(value.to_owned());
        return;
    };
    let used = text.chars().count() + SEPARATOR.len();
    let has_room = if is_uuid(value) { used + UUID_CHARACTERS <= MAX_CHARACTERS } else { used < MAX_CHARACTERS };
    if has_room && !text.split(SEPARATOR).any(|known| known == value) {
        text.push_str(SEPARATOR);
        text.extend(value.chars().take(MAX_CHARACTERS - used));
    }
}

/// A number, and the total that may follow it: `3`, `03/12`.
pub(super) fn number_pair(text: &str) -> (Option<u16>, Option<u16>) {
    let leading = |text: &str| {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits].parse().ok()
    };
    match text.split_once('/') {
        Some((number, total)) => (leading(number), leading(total)),
        None => (leading(text), None),
    }
}

/// Yes or no.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// The UUIDs in a text, in lower case, whatever stands between them.
pub(super) fn uuids(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_ascii_hexdigit() && character != '-')
        .filter(|part| is_uuid(part))
        .map(str::to_ascii_lowercase)
}

fn is_uuid(text: &str) -> bool {
    text.len() == UUID_CHARACTERS && text.bytes().enumerate().all(|(at, byte)| (byte == b'-') == HYPHENS.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_line_without_control_characters() {
        assert_eq!(clean(" \u{feff}So\x1b[31m What\r\nnow\u{9b}\0 "), Some("So[31m What  now".to_owned()));
        assert_eq!(clean("\u{202b}שלום\u{202c}").as_deref(), Some("\u{202b}שלום\u{202c}"));
        assert_eq!(clean(" \n\u{7f} "), None);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(clean(&"ü𝄞".repeat(3000)).unwrap(), "ü𝄞".repeat(500));
        let mut joined = Some("a".repeat(995));
        append(&mut joined, "bcdef");
        append(&mut joined, "g");
        assert_eq!(joined.unwrap(), "a".repeat(995) + "; bcd");
    }

    #[test]
    fn values_are_joined_and_the_same_one_counts_once() {
        let mut joined = None;
        ["A", "B", "A"].iter().for_each(|value| append(&mut joined, value));
        assert_eq!(joined.as_deref(), Some("A; B"));
    }

    #[test]
    fn utf16_follows_its_byte_order_mark_and_survives_lone_halves() {
        assert_eq!(utf16(b"\xff\xfea\0\x34\xd8\x1e\xdd", true), "a𝄞");
        assert_eq!(utf16(b"\xfe\xff\0a", false), "a");
        assert_eq!(utf16(b"\0a\xd8\x34\0b\0", true), "a\u{fffd}b");
    }

    #[test]
    fn latin1_has_the_quotes_of_windows() {
        assert_eq!(latin1(b"Don\x92t caf\xe9 \x81"), "Don’t café \u{81}");
        assert_eq!(utf8_or_latin1("é".as_bytes()), "é");
        assert_eq!(utf8_or_latin1(b"\xe9"), "é");
        assert_eq!(utf8(b"a\xe9b"), "a\u{fffd}b");
    }

    #[test]
    fn numbers_may_have_a_total_and_anything_else_is_none() {
        for (text, number, total) in [
            ("3", Some(3), None),
            (" 03/12 ", Some(3), Some(12)),
            ("/12", None, Some(12)),
            ("3 of 12", Some(3), None),
            ("A1", None, None),
            ("65536", None, None),
            ("-1/x", None, None),
            ("", None, None),
        ] {
            assert_eq!(number_pair(text), (number, total), "{text:?}");
        }
    }

    #[test]
    fn only_uuids_are_ids() {
        let id = "9c9f1380-2516-4fc9-a3e6-f9f61941d090";
        let found = |text: &str| uuids(text).collect::<Vec<_>>();
        assert_eq!(found(&id.to_uppercase()), [id]);
        assert_eq!(found(&format!("{id}/{id};x")), [id, id]);
        for other in ["", "12", &id[1..], &id.replace('-', "0"), "9c9f1380-2516-4fc9-a3e6-f9f61941d09é"] {
            assert!(found(other).is_empty(), "{other}");
        }
    }
}
