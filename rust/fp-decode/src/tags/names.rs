//! What the names of a tag mean: Vorbis comments, APE items, ASF attributes, Matroska's tags and the free-form items of MP4 and
//! ID3v2. The names are those of MusicBrainz Picard ("Appendix B: Tag Mapping"), and those that other programs write.

use super::values::{Field, Values};

/// Longest name that is looked at.
const MAX_NAME_BYTES: usize = 64;

/// A known name: its field, and whether it only counts where the usual name is missing.
pub(super) fn field_of(name: &[u8]) -> Option<(Field, bool)> {
    if name.len() > MAX_NAME_BYTES {
        return None;
    }
    // "ALBUM ARTIST", "album_artist" and "WM/AlbumArtist" are spellings of one name.
    let letters = name.iter().filter(|byte| !b" _-/".contains(byte)).map(u8::to_ascii_lowercase);
    let name: Vec<u8> = letters.collect();
    let first = |field| Some((field, false));
    let second = |field| Some((field, true));
    if name == b"wmtrack" {
        // Counted from 0, and long out of use.
        return None;
    }
    match name.strip_prefix(b"wm").unwrap_or(&name) {
        b"title" => first(Field::Title),
        b"artist" => first(Field::Artist),
        b"author" => second(Field::Artist),
        b"albumartist" => first(Field::AlbumArtist),
        b"album" | b"albumtitle" => first(Field::Album),
        b"genre" => first(Field::Genre),
        b"date" | b"daterecorded" | b"recordeddate" => first(Field::Date),
        b"year" | b"datereleased" | b"releasedate" => second(Field::Date),
        b"track" | b"tracknumber" => first(Field::Track),
        b"tracktotal" | b"totaltracks" => first(Field::TrackTotal),
        // Of Matroska; elsewhere the part of a work.
        b"partnumber" => second(Field::Track),
        b"totalparts" => second(Field::TrackTotal),
        b"disc" | b"discnumber" | b"partofset" => first(Field::Disc),
        b"disctotal" | b"totaldiscs" => first(Field::DiscTotal),
        b"compilation" | b"iscompilation" => first(Field::Compilation),
        b"isrc" => first(Field::Isrc),
        // Picard and its files call the recording a track, and the track of a release a release track.
        b"musicbrainztrackid" => first(Field::RecordingId),
        b"musicbrainzrecordingid" => second(Field::RecordingId),
        b"musicbrainzreleasetrackid" => first(Field::ReleaseTrackId),
        b"musicbrainzalbumid" => first(Field::AlbumId),
        b"musicbrainzartistid" => first(Field::ArtistId),
        b"musicbrainzalbumartistid" => first(Field::AlbumArtistId),
        b"musicbrainzreleasegroupid" => first(Field::ReleaseGroupId),
        _ => None,
    }
}

impl Values {
    /// Adds a value by its name, if that is known.
    pub(super) fn add_named(&mut self, name: &[u8], text: impl FnOnce() -> String) {
        match field_of(name) {
            Some((field, false)) => self.add(field, &text()),
            Some((field, true)) => self.add_second(field, &text()),
            None => {}
        }
    }

    /// The same where the field has a place of its own in the format, which counts more.
    pub(super) fn add_named_second(&mut self, name: &[u8], text: impl FnOnce() -> String) {
        if let Some((field, _)) = field_of(name) {
            self.add_second(field, &text());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_many_spellings() {
        for name in ["ALBUMARTIST", "Album Artist", "album_artist", "WM/AlbumArtist"] {
            assert_eq!(field_of(name.as_bytes()), Some((Field::AlbumArtist, false)), "{name}");
        }
        for name in ["MUSICBRAINZ_TRACKID", "MusicBrainz Track Id", "MusicBrainz/Track Id"] {
            assert_eq!(field_of(name.as_bytes()), Some((Field::RecordingId, false)), "{name}");
        }
        assert_eq!(field_of(b"MUSICBRAINZ_RELEASETRACKID"), Some((Field::ReleaseTrackId, false)));
        assert_eq!(field_of(b"PARTNUMBER"), Some((Field::Track, true)));
        assert_eq!((field_of(b"WM/TrackNumber"), field_of(b"WM/Track")), (Some((Field::Track, false)), None));
        assert_eq!(field_of(b"TITLESORT"), None);
        assert_eq!(field_of(&b" ".repeat(100)), None);
    }
}
