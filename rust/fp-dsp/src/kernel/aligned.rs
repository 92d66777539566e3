//! Buffers that begin on a cache line, so that no SIMD vector in them crosses two lines.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line on x86-64; half a line on Apple's cores.
const LINE: usize = 64;

/// A slice of fixed length that begins on a cache line.
pub struct Aligned<T> {
    storage: Box<[T]>,
    start: usize,
    length: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// A buffer of default values.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let storage = vec![T::default(); length + LINE / size_of::<T>()].into_boxed_slice();
        // A boxed slice never moves. If `align_offset` finds no aligned address, any start is correct, only slower.
        let start = storage.as_ptr().align_offset(LINE).min(storage.len() - length);
        Self { storage, start, length }
    }
}

impl<T: Copy + Default> FromIterator<T> for Aligned<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let values: Box<[T]> = values.into_iter().collect();
        let mut buffer = Self::new(values.len());
        buffer.copy_from_slice(&values);
        buffer
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.storage[self.start..self.start + self.length]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.storage[self.start..self.start + self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_begin_on_a_line_and_contain_what_they_are_given() {
        for length in [0, 1, 15, 1_000, 50_000] {
            let buffer: Aligned<f32> = (0..length).map(|n| n as f32).collect();
            assert_eq!((buffer.len(), buffer.as_ptr().addr() % LINE), (length, 0));
            assert!(buffer.iter().enumerate().all(|(n, &x)| x == n as f32));
        }
    }
}
