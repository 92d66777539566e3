//! The audio key: a hash of the encoded audio of a file and of all that decides how it decodes. A change of the tags leaves it
//! as it is. `rust/FINGERPRINTING_ARCHITECTURE.md`, section 6, says what it covers in each format.

use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use crate::error::DecodeError;

/// Begins everything that is hashed: other rules are other keys.
const DEFINITION: &[u8] = b"auralis audio key 1";
/// How many more bytes than its file an encoded audio may have; more is a damaged index that names the same bytes again and again.
const MAX_SURPLUS_BYTES: u64 = 1 << 20;

/// The key: 128 bits, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AudioKey(u128);

impl fmt::Display for AudioKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Encoded audio that is read for its key, with or without being decoded.
pub(crate) trait EncodedAudio: Send {
    /// Reads and hashes the next part; false at the end.
    fn read_on(&mut self) -> Result<bool, DecodeError>;

    /// What was hashed so far.
    fn hasher(&self) -> &KeyHasher;
}

/// Hashes encoded audio (XXH3, 128 bits).
pub(crate) struct KeyHasher {
    hash: Xxh3,
    audio_bytes: u64,
    max_bytes: u64,
    refused: bool,
}

impl KeyHasher {
    /// For audio of this kind in a file of so many bytes. Different kinds have different keys.
    pub(crate) fn new(kind: &str, file_bytes: u64) -> Self {
        let max_bytes = file_bytes.saturating_mul(2).saturating_add(MAX_SURPLUS_BYTES);
        let mut this = Self { hash: Xxh3::new(), audio_bytes: 0, max_bytes, refused: false };
        this.add_field(DEFINITION);
        this.add_field(kind.as_bytes());
        this
    }

    /// Adds something that decides how the audio decodes.
    pub(crate) fn add_number(&mut self, number: u64) {
        self.hash.update(&number.to_le_bytes());
    }

    /// The same, where the file may not state it.
    pub(crate) fn add_option(&mut self, number: Option<u64>) {
        self.add_number(u64::from(number.is_some()));
        self.add_number(number.unwrap_or(0));
    }

    /// The same of any length.
    pub(crate) fn add_field(&mut self, bytes: &[u8]) {
        self.add_number(bytes.len() as u64);
        self.hash.update(bytes);
    }

    /// Adds audio whose division into parts means nothing.
    pub(crate) fn add_audio(&mut self, bytes: &[u8]) {
        self.audio_bytes = self.audio_bytes.saturating_add(bytes.len() as u64);
        if self.audio_bytes > self.max_bytes {
            self.refuse();
        }
        if !self.refused {
            self.hash.update(bytes);
        }
    }

    /// There will be no key.
    pub(crate) fn refuse(&mut self) {
        self.refused = true;
    }

    /// Whether reading on is in vain.
    pub(crate) const fn has_refused(&self) -> bool {
        self.refused
    }

    /// Bytes of audio so far.
    pub(crate) const fn audio_bytes(&self) -> u64 {
        self.audio_bytes
    }

    /// The key of what was added.
    pub(crate) fn key(&self) -> Option<AudioKey> {
        (!self.refused).then(|| AudioKey(self.hash.digest128()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_depends_on_kind_fields_and_audio_but_not_on_the_parts_of_the_audio() {
        let key = |kind, fields: &[&[u8]], audio: &[&[u8]]| {
            let mut hasher = KeyHasher::new(kind, 100);
            fields.iter().for_each(|field| hasher.add_field(field));
            audio.iter().for_each(|part| hasher.add_audio(part));
            hasher.key().unwrap().to_string()
        };
        let whole = key("wav", &[b"ab"], &[b"samples"]);
        assert_eq!(whole.len(), 32);
        assert_eq!(whole, key("wav", &[b"ab"], &[b"sam", b"ples"]));
        assert_ne!(whole, key("aiff", &[b"ab"], &[b"samples"]));
        assert_ne!(whole, key("wav", &[b"a", b"b"], &[b"samples"]));
        assert_ne!(whole, key("wav", &[b"ab"], &[b"sample"]));
    }

    #[test]
    fn audio_far_longer_than_its_file_has_no_key() {
        let mut hasher = KeyHasher::new("mp4", 1000);
        hasher.add_audio(&vec![0; 2000]);
        assert!(hasher.key().is_some());
        hasher.add_audio(&vec![0; 1 << 20]);
        hasher.add_audio(&[0]);
        assert!(hasher.key().is_none());
    }
}
