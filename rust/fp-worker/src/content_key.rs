//! The content key: a hash of the decoded audio. New tags, another name or another lossless container do not change it.

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Hashes planar samples as they are decoded.
///
/// The samples of each channel are hashed by an XXH3-128 of their own, as little-endian f32, so that the key does not
/// depend on the size of the blocks. The key is the hash of rate, length and those digests.
pub(crate) struct ContentHasher {
    rate_hz: u32,
    samples: u64,
    channels: Vec<Xxh3>,
}

impl ContentHasher {
    /// A hasher for a stream of so many channels.
    pub(crate) fn new(rate_hz: u32, channels: usize) -> Self {
        Self { rate_hz, samples: 0, channels: vec![Xxh3::new(); channels] }
    }

    /// Adds one slice per channel, all of one length.
    pub(crate) fn add_samples(&mut self, planar: &[&[f32]]) {
        self.samples += planar.first().map_or(0, |channel| channel.len() as u64);
        for (hasher, channel) in self.channels.iter_mut().zip(planar) {
            hasher.update(bytemuck::cast_slice(channel));
        }
    }

    /// The key: 32 hexadecimal digits.
    pub(crate) fn finish(&self) -> String {
        let mut summary = Vec::with_capacity(12 + 16 * self.channels.len());
        summary.extend(self.rate_hz.to_le_bytes());
        summary.extend(self.samples.to_le_bytes());
        for hasher in &self.channels {
            summary.extend(hasher.digest128().to_le_bytes());
        }
        format!("{:032x}", xxh3_128(&summary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(rate_hz: u32, blocks: &[[&[f32]; 2]]) -> String {
        let mut hasher = ContentHasher::new(rate_hz, 2);
        for block in blocks {
            hasher.add_samples(block);
        }
        hasher.finish()
    }

    #[test]
    fn key_depends_on_samples_and_rate_but_not_on_block_boundaries() {
        let (left, right) = ([0.1, 0.2, 0.3, 0.4], [0.0, -0.5, 0.5, 0.0]);
        let whole = key(44_100, &[[&left, &right]]);
        assert_eq!(whole, key(44_100, &[[&left[..1], &right[..1]], [&left[1..], &right[1..]]]));
        assert_ne!(whole, key(48_000, &[[&left, &right]]));
        assert_ne!(whole, key(44_100, &[[&right, &left]]));
        assert_ne!(whole, key(44_100, &[[&left[..3], &right[..3]]]));
        assert_eq!(whole.len(), 32);
    }
}
