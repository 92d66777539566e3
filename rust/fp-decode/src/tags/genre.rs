//! Genres by the numbers of ID3v1.

use symphonia_metadata::utils::id3v1::get_genre_name;

/// The name of a number.
pub(super) fn genre_name(number: u8) -> Option<String> {
    get_genre_name(number)
}

/// The genres in a text of ID3v2, with zeros between them: `(17)`, `(4)Eurodisco`, `17`, `Rock`. ID3v2.3, 4.2.1, and ID3v2.4, 4.2.3.
pub(super) fn genre_names(text: &str) -> String {
    text.split('\0').map(one_genre).collect::<Vec<_>>().join("\0")
}

fn one_genre(text: &str) -> String {
    let (mut names, mut rest) = (Vec::new(), text.trim());
    while let Some((code, tail)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        let Some(name) = by_code(code) else { break };
        names.push(name);
        rest = tail.trim_start();
    }
    // Two brackets are one that begins a name.
    let name = if rest.starts_with("((") { &rest[1..] } else { rest };
    if !name.is_empty() {
        names.push(by_code(name).unwrap_or_else(|| name.to_owned()));
    }
    names.join("\0")
}

fn by_code(code: &str) -> Option<String> {
    match code {
        "RX" => Some("Remix".to_owned()),
        "CR" => Some("Cover".to_owned()),
        number => number.parse().ok().and_then(genre_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_names() {
        for (text, names) in [
            ("(17)", "Rock"),
            ("17", "Rock"),
            ("(17)Rock", "Rock\0Rock"),
            ("(4)Eurodisco", "Disco\0Eurodisco"),
            ("(51)(39)", "Techno-Industrial\0Noise"),
            ("(RX)", "Remix"),
            ("((Weird)", "(Weird)"),
            ("(Weird) (17)", "(Weird) (17)"),
            ("Jazz\u{0}17", "Jazz\0Rock"),
            ("(255)", "(255)"),
            ("1984", "1984"),
            ("(17", "(17"),
            ("", ""),
        ] {
            assert_eq!(genre_names(text), names, "{text:?}");
        }
    }
}
