//! The values of a tag, brought to one form while they are read.

use fp_protocol::Tags;

use super::text::{append, clean, number_pair, truth, uuids};

/// What a value is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Artist,
    AlbumArtist,
    Album,
    Genre,
    Date,
    Track,
    TrackTotal,
    Disc,
    DiscTotal,
    Compilation,
    Isrc,
    RecordingId,
    ReleaseTrackId,
    AlbumId,
    ArtistId,
    AlbumArtistId,
    ReleaseGroupId,
}

const FIELDS: usize = Field::ReleaseGroupId as usize + 1;
/// Most values of one field that are looked at: more than have room in it. Each is compared with those before it.
const MAX_VALUES: u16 = 500;

/// The values of one tag, or of several of which the first counts.
#[derive(Debug, Default)]
pub(super) struct Values {
    texts: [Option<String>; FIELDS],
    /// Those under names that only count where the usual name is missing.
    seconds: [Option<String>; FIELDS],
    /// How many values there were of each field.
    counts: [u16; FIELDS],
}

impl Values {
    /// Adds a value, or several with zeros between them.
    pub(super) fn add(&mut self, field: Field, text: &str) {
        add_all(&mut self.texts, &mut self.counts, field, text);
    }

    /// The same under another name, which only counts where the usual one is missing.
    pub(super) fn add_second(&mut self, field: Field, text: &str) {
        add_all(&mut self.seconds, &mut self.counts, field, text);
    }

    /// A number and how many there are; 0 = not known.
    pub(super) fn add_pair(&mut self, [number, total]: [Field; 2], [value, of]: [u16; 2]) {
        for (field, value) in [(number, value), (total, of)] {
            if value > 0 {
                self.add(field, &value.to_string());
            }
        }
    }

    /// Takes what it has not from a tag that ranks behind it.
    pub(super) fn fill(&mut self, other: Self) {
        for (mine, theirs) in self.texts.iter_mut().zip(other.merged()) {
            if mine.is_none() {
                *mine = theirs;
            }
        }
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.texts.iter().chain(&self.seconds).all(Option::is_none)
    }

    fn merged(self) -> [Option<String>; FIELDS] {
        let mut texts = self.texts;
        for (first, second) in texts.iter_mut().zip(self.seconds) {
            if first.is_none() {
                *first = second;
            }
        }
        texts
    }

    /// The result.
    pub(super) fn into_tags(self) -> Tags {
        let mut texts = self.merged();
        let mut text = |field: Field| texts[field as usize].take();
        let number = |text: Option<String>| text.and_then(|digits| digits.parse().ok());
        Tags {
            title: text(Field::Title),
            artist: text(Field::Artist),
            album_artist: text(Field::AlbumArtist),
            album: text(Field::Album),
            genre: text(Field::Genre),
            date: text(Field::Date),
            track: number(text(Field::Track)),
            track_total: number(text(Field::TrackTotal)),
            disc: number(text(Field::Disc)),
            disc_total: number(text(Field::DiscTotal)),
            compilation: text(Field::Compilation).map(|text| text == "1"),
            isrc: text(Field::Isrc),
            musicbrainz_recording_id: text(Field::RecordingId),
            musicbrainz_track_id: text(Field::ReleaseTrackId),
            musicbrainz_album_id: text(Field::AlbumId),
            musicbrainz_artist_id: text(Field::ArtistId),
            musicbrainz_album_artist_id: text(Field::AlbumArtistId),
            musicbrainz_release_group_id: text(Field::ReleaseGroupId),
        }
    }
}

fn add_all(texts: &mut [Option<String>; FIELDS], counts: &mut [u16; FIELDS], field: Field, text: &str) {
    let count = &mut counts[field as usize];
    for value in text.split('\0').filter(|value| !value.is_empty()).take(usize::from(MAX_VALUES - *count)) {
        *count += 1;
        add_to(texts, field, value);
    }
}

fn add_to(texts: &mut [Option<String>; FIELDS], field: Field, value: &str) {
    let mut set_once = |field: Field, text: Option<String>| {
        let slot = &mut texts[field as usize];
        if slot.is_none() {
            *slot = text;
        }
    };
    match field {
        Field::Track | Field::Disc => {
            let total = if field == Field::Track { Field::TrackTotal } else { Field::DiscTotal };
            let (number, of) = number_pair(value);
            set_once(field, number.map(|number| number.to_string()));
            set_once(total, of.filter(|&of| of > 0).map(|of| of.to_string()));
        }
        Field::TrackTotal | Field::DiscTotal => {
            set_once(field, number_pair(value).0.filter(|&of| of > 0).map(|of| of.to_string()));
        }
        Field::Compilation => set_once(field, truth(value).map(|truth| u8::from(truth).to_string())),
        Field::Date => set_once(field, clean(value)),
        Field::RecordingId
        | Field::ReleaseTrackId
        | Field::AlbumId
        | Field::ArtistId
        | Field::AlbumArtistId
        | Field::ReleaseGroupId => uuids(value).for_each(|id| append(&mut texts[field as usize], &id)),
        Field::Title | Field::Artist | Field::AlbumArtist | Field::Album | Field::Genre | Field::Isrc => {
            if let Some(text) = clean(value) {
                append(&mut texts[field as usize], &text);
            }
        }
    }
}
