//! The frames of AC-3 and E-AC-3. ETSI TS 102 366.

/// Whether AC-3 or E-AC-3 frames follow one another from the start of `data`: three, or fewer up to the end.
pub(crate) fn starts_with_ac3(data: &[u8]) -> bool {
    let mut at = 0;
    for _ in 0..3 {
        match data.get(at..).filter(|rest| rest.len() >= 6) {
            None => return at > 0,
            Some(rest) => match ac3_frame(rest) {
                Some((_, bytes)) => at += bytes,
                None => return false,
            },
        }
    }
    true
}

/// Name and length of the frame that starts `data`, in either byte order. TS 102 366, 4.3 and E.1.2.
pub(crate) fn ac3_frame(data: &[u8]) -> Option<(&'static str, usize)> {
    const RATES_KBPS: [usize; 19] =
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
    let head = data.first_chunk::<6>()?;
    let head = match head[..2] {
        [0x0b, 0x77] => *head,
        [0x77, 0x0b] => [head[1], head[0], head[3], head[2], head[5], head[4]],
        _ => return None,
    };
    match head[5] >> 3 {
        0..=10 => {
            let rate = *RATES_KBPS.get(usize::from(head[4] & 0x3f) >> 1)?;
            let words = match head[4] >> 6 {
                0 => rate * 2,
                // 1,536 samples of 44.1 kHz are no whole number of words; every other frame may have one more.
                1 => rate * 1000 * 1536 / 44_100 / 16 + usize::from(head[4] & 1),
                2 => rate * 3,
                _ => return None,
            };
            Some(("ac3", 2 * words))
        }
        11..=16 => {
            let words = usize::from(head[2] & 7) << 8 | usize::from(head[3]);
            (words >= 31).then_some(("eac3", 2 * (words + 1)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_bytes_that_look_like_ac3_are_none() {
        // 48 kHz, 192 kbit/s: 768 bytes.
        let mut frame = vec![0x55; 768];
        frame[..6].copy_from_slice(&[0x0b, 0x77, 0, 0, 20, 0x40]);
        assert!(starts_with_ac3(&frame.repeat(3)) && starts_with_ac3(&frame));
        let lone = [frame.as_slice(), &[0x41; 800]].concat();
        assert!(!starts_with_ac3(&lone) && !starts_with_ac3(b"\x0b\x77") && !starts_with_ac3(b""));
    }
}
