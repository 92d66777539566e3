//! The tags as the protocol sends them.

/// Names every field, so that none is forgotten.
pub(crate) fn protocol_tags(found: &fp_decode::Tags) -> fp_protocol::Tags {
    let fp_decode::Tags {
        title,
        artist,
        album_artist,
        album,
        genre,
        date,
        track,
        track_total,
        disc,
        disc_total,
        compilation,
        isrc,
        musicbrainz_recording_id,
        musicbrainz_track_id,
        musicbrainz_album_id,
        musicbrainz_artist_id,
        musicbrainz_album_artist_id,
        musicbrainz_release_group_id,
    } = found.clone();
    fp_protocol::Tags {
        title,
        artist,
        album_artist,
        album,
        genre,
        date,
        track,
        track_total,
        disc,
        disc_total,
        compilation,
        isrc,
        musicbrainz_recording_id,
        musicbrainz_track_id,
        musicbrainz_album_id,
        musicbrainz_artist_id,
        musicbrainz_album_artist_id,
        musicbrainz_release_group_id,
    }
}
