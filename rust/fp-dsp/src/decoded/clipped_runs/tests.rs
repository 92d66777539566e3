use super::*;

/// Runs of the channels in chunks of `chunk`: (runs, samples, longest, times) and the ceiling.
fn found(channels: &[Vec<f32>], chunk: usize) -> Option<(u64, u64, u64, Vec<u64>, f32)> {
    let mut blocks: Vec<ChannelBlocks> = channels.iter().map(|_| ChannelBlocks::new(chunk)).collect();
    let mut clipped = ClippedRuns::new(channels.len());
    for start in (0..channels[0].len()).step_by(chunk) {
        let slices: Vec<&[f32]> = channels.iter().map(|c| &c[start..c.len().min(start + chunk)]).collect();
        blocks.iter_mut().zip(&slices).for_each(|(blocks, samples)| blocks.add_chunk(samples));
        let all = || slices.iter().copied().flatten().copied();
        let extremes = [all().fold(f32::INFINITY, f32::min), all().fold(f32::NEG_INFINITY, f32::max)];
        clipped.add_chunk(&slices, &blocks, extremes);
    }
    let (tally, ceiling) = clipped.found()?;
    Some((tally.runs, tally.samples, tally.longest, tally.times.clone(), ceiling))
}

/// The definition, on the whole track.
fn plain(channels: &[Vec<f32>]) -> Option<(u64, u64, u64, Vec<u64>, f32)> {
    let highest = channels.iter().flatten().copied().fold(0.0, f32::max);
    let lowest = channels.iter().flatten().copied().fold(0.0, f32::min);
    let mut spans = Vec::new();
    let mut ceiling = 0.0_f32;
    for channel in channels {
        let mut start = 0;
        for run in channel.chunk_by(|a, b| a == b) {
            if run.len() >= 3 && run[0] != 0.0 && (run[0] == highest || run[0] == lowest) {
                spans.push((start, start + run.len()));
                ceiling = ceiling.max(run[0].abs());
            }
            start += run.len();
        }
    }
    spans.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.0 < last.1 => last.1 = last.1.max(span.1),
            _ => joined.push(span),
        }
    }
    let lengths = || joined.iter().map(|(start, end)| (end - start) as u64);
    let times = joined.iter().take(MAX_TIMES).map(|&(start, _)| start as u64).collect();
    Some((joined.len() as u64, lengths().sum(), lengths().max()?, times, ceiling))
}

#[test]
fn runs_are_those_of_the_definition_for_any_chunk() {
    let mut state = 1_u32;
    let mut next = |steps: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % steps
    };
    for levels in [2, 3, 5, 9] {
        for length in [3, 40, 700] {
            for channels in [1, 2, 3] {
                // Few levels, held for a while and growing towards the end: many runs, and ceilings that move.
                let tracks: Vec<Vec<f32>> = (0..channels)
                    .map(|_| {
                        let mut samples = Vec::new();
                        while samples.len() < length {
                            let grown = 1.0 + (samples.len() * 4 / length) as f32;
                            let level = grown * (next(2 * levels + 1) as f32 - levels as f32) / 64.0;
                            samples.extend(std::iter::repeat_n(level, 1 + next(6) as usize));
                        }
                        samples.truncate(length);
                        samples
                    })
                    .collect();
                for chunk in [16, 32, 80, 1_024] {
                    assert_eq!(found(&tracks, chunk), plain(&tracks), "{levels} {length} {channels} {chunk}");
                }
            }
        }
    }
}

#[test]
fn a_ceiling_below_full_scale_is_one_and_two_equal_samples_are_no_run() {
    let mut samples = vec![0.1; 100];
    samples[50..53].fill(-0.7);
    samples[60..62].fill(0.7);
    assert_eq!(found(&[samples.clone()], 32), Some((1, 3, 3, vec![50], 0.7)));
    // One lower sample later, and nothing is left.
    samples[99] = -0.71;
    assert_eq!(found(&[samples], 32), None);
}

#[test]
fn silence_is_no_ceiling() {
    assert_eq!(found(&[vec![0.0; 100]], 32), None);
    // All samples but one are 0, the highest.
    let mut samples = vec![0.0; 100];
    samples[50] = -0.5;
    assert_eq!(found(&[samples], 32), None);
}

#[test]
fn at_most_twenty_times_are_kept() {
    let samples: Vec<f32> = (0..400).map(|n| if n % 4 == 3 { 0.0 } else { 0.9 }).collect();
    let (runs, _, _, times, _) = found(&[samples], 64).unwrap();
    assert_eq!((runs, times.len(), times[19]), (100, 20, 76));
}
