//! ID3 of all versions.

use super::*;

#[test]
fn version_2_2_has_names_of_three_letters() {
    let frame =
        |id: &str, content: &[u8]| [id.as_bytes(), &(content.len() as u32).to_be_bytes()[1..], content].concat();
    let body = [
        frame("PIC", &[0; 70_000]),
        frame("TT2", b"\0Title"),
        frame("TP1", b"\x01\xfe\xff\0A\0\xe9"),
        frame("TRK", b"\x003/9\0"),
        frame("TYE", b"\x001959"),
        frame("TDA", b"\x001708"),
        frame("TXX", b"\0MusicBrainz Album Id\x009C9F1380-2516-4fc9-a3e6-f9f61941d090"),
        vec![0; 20],
        frame("TAL", b"\0behind the padding"),
    ];
    let expected = Tags {
        artist: Some("Aé".to_owned()),
        date: Some("1959-08-17".to_owned()),
        track: Some(3),
        track_total: Some(9),
        musicbrainz_album_id: Some("9c9f1380-2516-4fc9-a3e6-f9f61941d090".to_owned()),
        ..titled("Title")
    };
    assert_eq!(id3_tags(&id3v2(2, 0, &body.concat())), expected);
}

#[test]
fn a_day_without_a_year_and_a_year_without_a_day() {
    let date = |frames: &[Vec<u8>]| id3_tags(&id3v2(3, 0, &frames.concat())).date;
    assert_eq!(date(&[frame("TDAT", b"\x001708")]), None);
    assert_eq!(date(&[frame("TYER", b"\x001959\0"), frame("TDAT", b"\x0017")]).as_deref(), Some("1959"));
    let both = [frame("TYER", b"\x001960"), frame("TDRC", b"\x001959-08"), frame("TDAT", b"\x001708")];
    assert_eq!(date(&both).as_deref(), Some("1959-08"));
}

#[test]
fn stuffed_zeros_are_taken_out() {
    // As a whole in version 2.3, where sizes count what is left, and frame by frame in 2.4.
    let title = b"\x01\xff\x00\xfeT\0\xff\x00\0";
    let v23 = [b"TIT2\0\0\0\x07\0\0".as_slice(), title, &frame("TPE1", b"\0Next")].concat();
    let v24 = [b"TIT2\0\0\0\x09\0\x02".as_slice(), title, &frame("TPE1", b"\0Next")].concat();
    let expected = Tags { artist: Some("Next".to_owned()), ..titled("Tÿ") };
    assert_eq!(id3_tags(&id3v2(3, 0x80, &v23)), expected);
    assert_eq!(id3_tags(&id3v2(4, 0x80, &v24)), expected);
}

#[test]
fn frames_may_have_a_group_and_a_length_and_compressed_ones_are_left_out() {
    let with_flags = |flags: u8, content: &[u8]| {
        [b"TIT2".as_slice(), &(content.len() as u32).to_be_bytes(), &[0, flags], content].concat()
    };
    for (version, flags, content, title) in [
        (4, 0x41, b"g\0\0\0\x06\x03Title".as_slice(), Some("Title")),
        (3, 0x20, b"g\0Title", Some("Title")),
        (4, 0x08, b"\0Title", None),
        (4, 0x04, b"\0Title", None),
        (3, 0x80, b"\0Title", None),
        (3, 0x40, b"\0Title", None),
    ] {
        assert_eq!(
            id3_tags(&id3v2(version, 0, &with_flags(flags, content))).title.as_deref(),
            title,
            "{version} {flags}"
        );
    }
}

#[test]
fn the_sizes_of_old_itunes_are_plain() {
    let picture = frame("APIC", &[b'x'; 300]);
    let plain = [picture, frame("TIT2", b"\x03Title")].concat();
    assert_eq!(id3_tags(&id3v2(4, 0, &plain)), titled("Title"));
    let standard = [b"APIC\0\0\x02\x2c\0\0".as_slice(), &[b'x'; 300], &frame("TIT2", b"\x03Title")].concat();
    assert_eq!(id3_tags(&id3v2(4, 0, &standard)), titled("Title"));
}

#[test]
fn an_extended_header_is_stepped_over() {
    let title = frame("TIT2", b"\x03Title");
    assert_eq!(id3_tags(&id3v2(3, 0x40, &[b"\0\0\0\x06\0\0\0\0\0\0", title.as_slice()].concat())), titled("Title"));
    assert_eq!(id3_tags(&id3v2(4, 0x40, &[b"\0\0\0\x06\x01\0", title.as_slice()].concat())), titled("Title"));
}

#[test]
fn text_that_is_not_what_it_says_is_kept_as_far_as_it_goes() {
    let title = |content: &[u8]| id3_tags(&id3v2(4, 0, &frame("TIT2", content))).title;
    // CP1251 that says Latin-1.
    assert_eq!(title(b"\0\xcf\xf0\xe8\xe2\xe5\xf2").as_deref(), Some("Ïðèâåò"));
    assert_eq!(title(b"\x03a\xffb").as_deref(), Some("a\u{fffd}b"));
    assert_eq!(title(b"\x01A\0B\0C").as_deref(), Some("AB"));
    for nothing in [b"".as_slice(), b"\0", b"\x07Title", b"\x03\0\0", b"\x01\xff\xfe"] {
        assert_eq!(title(nothing), None, "{nothing:?}");
    }
}

#[test]
fn a_second_tag_fills_what_the_first_has_not() {
    let first = id3v2(4, 0, &frame("TIT2", b"\x03First"));
    let second = id3v2(3, 0, &[frame("TIT2", b"\0Second"), frame("TPE1", b"\0Second")].concat());
    let expected = Tags { artist: Some("Second".to_owned()), ..titled("First") };
    assert_eq!(id3_tags(&[first, second].concat()), expected);
}

#[test]
fn version_1_has_a_number_only_after_a_zero() {
    let tag = |comment_end: [u8; 2], genre: u8| {
        let text = |text: &str, bytes: usize| [text.as_bytes(), &vec![0; bytes - text.len()]].concat();
        let head =
            [b"TAG".to_vec(), text("Title", 30), text("Artist", 30), text("", 30), text("1959", 4), text("", 28)];
        tags(Container::MpegAudio, &[&[0; 50], head.concat().as_slice(), &comment_end, &[genre]].concat())
    };
    assert_eq!((tag([0, 7], 8).track, tag([0, 7], 8).genre.as_deref()), (Some(7), Some("Jazz")));
    assert_eq!((tag([b' ', 7], 255).track, tag([b' ', 7], 255).genre), (None, None));
    assert_eq!((tag([0, 0], 8).artist.as_deref(), tag([0, 0], 8).date.as_deref()), (Some("Artist"), Some("1959")));
}
