//! Structures that other programs' files in `tests/test_tags.py` do not have.

use super::*;

fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes(), kind.as_slice(), body].concat()
}

fn film(user_data: &[u8]) -> Vec<u8> {
    [mp4_box(b"ftyp", b"M4A \0\0\0\0"), mp4_box(b"moov", &mp4_box(b"udta", user_data))].concat()
}

fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    [id, &[0x80 | body.len() as u8], body].concat()
}

#[test]
fn mp4_has_genres_by_number_and_texts_in_utf16() {
    let item = |kind: &[u8; 4], data_kind: u8, content: &[u8]| {
        mp4_box(kind, &mp4_box(b"data", &[&[0, 0, 0, data_kind, 0, 0, 0, 0], content].concat()))
    };
    let list =
        [item(b"gnre", 0, &[0, 18]), item(b"\xa9nam", 2, b"\0A\0B"), item(b"trkn", 0, &[0, 0, 0, 0, 0, 9, 0, 0])];
    let meta = mp4_box(b"meta", &[&[0; 4], mp4_box(b"ilst", &list.concat()).as_slice()].concat());
    let expected = Tags { genre: Some("Rock".to_owned()), track_total: Some(9), ..titled("AB") };
    assert_eq!(tags(Container::Mp4, &film(&meta)), expected);
}

#[test]
fn quicktime_has_texts_without_a_list() {
    let text = mp4_box(b"\xa9nam", b"\0\x05\0\0Title and more");
    assert_eq!(tags(Container::Mp4, &film(&text)), titled("Title"));
}

#[test]
fn items_of_other_owners_than_itunes_are_not_read() {
    let part = |kind: &[u8; 4], text: &[u8]| mp4_box(kind, &[&[0; 4], text].concat());
    let item = |owner: &[u8]| {
        let data = mp4_box(b"data", b"\0\0\0\x01\0\0\0\0USSM15900113");
        mp4_box(b"----", &[part(b"mean", owner), part(b"name", b"ISRC"), data].concat())
    };
    let isrc = |owner: &[u8]| {
        let list = mp4_box(b"ilst", &item(owner));
        tags(Container::Mp4, &film(&mp4_box(b"meta", &[&[0; 4], list.as_slice()].concat()))).isrc
    };
    assert_eq!(isrc(b"com.apple.iTunes").as_deref(), Some("USSM15900113"));
    assert_eq!(isrc(b"org.example"), None);
}

#[test]
fn matroska_tells_the_title_of_an_album_by_its_level_and_finds_tags_behind_the_audio() {
    let simple = |name: &[u8], text: &[u8]| {
        element(b"\x67\xc8", &[element(b"\x45\xa3", name), element(b"\x44\x87", text)].concat())
    };
    let targets = |level: u8| element(b"\x63\xc0", &element(b"\x68\xca", &[level]));
    let tag = |level: u8, inside: &[u8]| element(b"\x73\x73", &[targets(level), inside.to_vec()].concat());
    let all = [tag(50, &simple(b"TITLE", b"Album")), tag(30, &simple(b"TITLE", b"Track"))].concat();
    let tags_element = element(b"\x12\x54\xc3\x67", &all);
    let entry = [element(b"\x53\xab", b"\x12\x54\xc3\x67"), element(b"\x53\xac", &[0, 32])].concat();
    let index = element(b"\x11\x4d\x9b\x74", &element(b"\x4d\xbb", &entry));
    let cluster = element(b"\x1f\x43\xb6\x75", &vec![0; 32 - 5 - index.len()]);
    let segment = element(b"\x18\x53\x80\x67", &[index, cluster, tags_element].concat());
    let file = [element(b"\x1a\x45\xdf\xa3", b"header"), segment].concat();
    assert_eq!(tags(Container::Matroska, &file), Tags { album: Some("Album".to_owned()), ..titled("Track") });
}

#[test]
fn chunks_of_text_count_less_than_an_id3_tag() {
    let id3 = id3v2(4, 0, &frame("TIT2", b"\x03of ID3"));
    let chunk =
        |id: &[u8], body: &[u8]| [id, &(body.len() as u32).to_be_bytes(), body, &vec![0; body.len() % 2]].concat();
    let chunks = [chunk(b"NAME", b"of AIFF"), chunk(b"AUTH", b"J\xe9r"), chunk(b"ID3 ", &id3)].concat();
    let aiff = [b"FORM\0\0\0\0AIFF".as_slice(), &chunks].concat();
    assert_eq!(tags(Container::Aiff, &aiff), Tags { artist: Some("Jér".to_owned()), ..titled("of ID3") });
    // RIFX: all sizes are big-endian.
    let list = chunk(b"LIST", &[b"INFO".as_slice(), &chunk(b"INAM", b"of RIFX\0")].concat());
    let rifx = [b"RIFX\0\0\0\0WAVE".as_slice(), &chunk(b"data", &[0; 9]), &list].concat();
    assert_eq!(tags(Container::Rifx, &rifx), titled("of RIFX"));
}

#[test]
fn dsdiff_and_ape_headers() {
    let id3 = id3v2(4, 0, &frame("TIT2", b"\x03Title"));
    let chunk =
        |id: &[u8], body: &[u8]| [id, &(body.len() as u64).to_be_bytes(), body, &vec![0; body.len() % 2]].concat();
    let dsdiff = [b"FRM8\0\0\0\0\0\0\0\0DSD ".as_slice(), &chunk(b"DSD ", &[0x69; 7]), &chunk(b"ID3 ", &id3)].concat();
    assert_eq!(tags(foreign("iff"), &dsdiff), titled("Title"));
    // In front of the audio an APE tag begins with its header.
    let item = b"\x05\0\0\0\0\0\0\0Title\0Title";
    let ends = |flags: u8| {
        let size = item.len() as u8 + 32;
        [b"APETAGEX\xd0\x07\0\0".as_slice(), &[size, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, flags], &[0; 8]].concat()
    };
    let tag = [ends(0xa0).as_slice(), item, &ends(0x80)].concat();
    assert_eq!(tags_from(foreign("mpc"), tag.len() as u64, &[tag.as_slice(), b"MPCK"].concat()), titled("Title"));
}
