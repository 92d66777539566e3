//! What a file says about itself.

use serde::{Deserialize, Serialize};

/// Title, artist and the like, from the tags of the file. A field that the file does not have is absent. Texts are one line without
/// control characters, of at most 1,000 characters; several values of one field are joined by `; `.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Tags {
    /// Title of the track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who performs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist: Option<String>,
    /// Whose album it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album_artist: Option<String>,
    /// Title of the album.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// Genre; the numbers of ID3v1 are written out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
    /// When it was recorded or released, as it is written: `1959` or `1959-08-17`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Number of the track on its disc.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<u16>,
    /// Tracks on the disc.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track_total: Option<u16>,
    /// Number of the disc.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc: Option<u16>,
    /// Discs of the album.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc_total: Option<u16>,
    /// Whether the album is a compilation of several artists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compilation: Option<bool>,
    /// International Standard Recording Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isrc: Option<String>,
    /// UUID of the recording at MusicBrainz, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_recording_id: Option<String>,
    /// UUID of the track on its release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_track_id: Option<String>,
    /// UUID of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_album_id: Option<String>,
    /// UUID of the artist, or several joined by `; `.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_artist_id: Option<String>,
    /// The same of the album artist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_album_artist_id: Option<String>,
    /// UUID of the release group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_release_group_id: Option<String>,
}
