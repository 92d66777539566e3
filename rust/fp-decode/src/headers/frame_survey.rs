//! Follows the frames of a raw stream of MPEG audio or AAC from the first to the last, before anything is decoded.
//!
//! Two bytes are enough to look like a frame; a run of frames that follow one another by the lengths that they state
//! is none by chance. Only what lies in such runs is decoded, and only a file that mostly consists of them, tags and
//! padding aside, is audio.

use std::{fs::File, io, ops::Range};

use crate::headers::{
    file_window::FileWindow,
    frame_run::{MIN_RUN_FRAMES, run_at},
    length_tag::stated_frames,
    mp3_side_info::has_mixed_block,
    mpeg_frame::{FrameHeader, FrameKind, MAX_FRAME_BYTES},
    tags::{TAG_HEAD_BYTES, starts_tag, tag_bytes},
};

/// How far behind the tags the first run may begin; also the length of a tag or padding that states a wrong one.
const MAX_SEARCH_BYTES: u64 = 64 * 1024 * 1024;
/// The same at the place where a frame is expected: behind the tags.
const MIN_EXPECTED_RUN_FRAMES: usize = 2;
/// Maximum number of runs; what follows them counts as junk.
const MAX_RUNS: usize = 10_000;
/// Bytes of a frame that are looked at: its header and side information, or its length tag.
const LOOK_BYTES: usize = 60;
/// An encoder may count a frame or two less than it writes.
const MAX_UNCOUNTED_FRAMES: u64 = 2;

/// The frames of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrameSurvey {
    /// The first frame.
    pub(crate) first: FrameHeader,
    /// Where the runs of frames lie, in order.
    pub(crate) runs: Vec<Range<u64>>,
    /// The number of frames.
    pub(crate) frames: u64,
    /// What the length tag states; `None` if there is no tag, `Some(None)` if it does not state the length.
    pub(crate) length_tag: Option<Option<u64>>,
    /// Whether a frame of layer III has a mixed block.
    pub(crate) has_mixed_blocks: bool,
    /// Places between two runs where other bytes than tags lie.
    pub(crate) gaps: u64,
    /// Bytes in frames.
    pub(crate) audio_bytes: u64,
    /// Bytes that are neither frames, tags nor zeros.
    pub(crate) other_bytes: u64,
}

impl FrameSurvey {
    fn starting_with(first: FrameHeader) -> Self {
        Self {
            first,
            runs: Vec::new(),
            frames: 0,
            length_tag: None,
            has_mixed_blocks: false,
            gaps: 0,
            audio_bytes: 0,
            other_bytes: 0,
        }
    }

    /// Whether there is a length tag that can be believed: not if clearly more frames follow than it counts, as when
    /// files are joined.
    pub(crate) fn length_is_stated(&self) -> bool {
        match self.length_tag {
            None => false,
            Some(None) => true,
            Some(Some(stated)) => self.frames.saturating_sub(1) <= stated.saturating_add(MAX_UNCOUNTED_FRAMES),
        }
    }

    /// Where the first frame starts.
    pub(crate) fn start(&self) -> u64 {
        self.runs.first().map_or(0, |run| run.start)
    }

    /// Whether most of the file is frames.
    pub(crate) fn is_mostly_audio(&self) -> bool {
        self.audio_bytes > self.other_bytes
    }
}

/// The frames of `file` from `start`, the end of the leading tags; `None` if there is no run of them.
pub(crate) fn survey(file: &mut File, start: u64) -> io::Result<Option<FrameSurvey>> {
    let mut walk = Walk { window: FileWindow::new(file)?, frames: 0, length_tag: None, has_mixed_blocks: false };
    let mut survey: Option<FrameSurvey> = None;
    // Up to here all is explained; the last frame before it may be cut short by the run that begins inside it.
    let mut position = start;
    let mut last_frame = start;
    loop {
        let after_tags = walk.skip_tags(position)?;
        let search_from = if after_tags > position || position == start { after_tags } else { last_frame + 4 };
        position = after_tags;
        let is_full = survey.as_ref().is_some_and(|survey| survey.runs.len() >= MAX_RUNS);
        let run_start = if is_full { None } else { walk.find_run(search_from, survey.is_none())? };
        let junk = position..run_start.unwrap_or(walk.window.file_bytes());
        let (other_bytes, is_gap) = walk.judge(junk)?;
        let Some(run_start) = run_start else {
            if let Some(survey) = &mut survey {
                survey.other_bytes += other_bytes;
            }
            break;
        };
        let Some((first, run)) = walk.follow(run_start)? else { break };
        let survey = survey.get_or_insert_with(|| FrameSurvey::starting_with(first));
        if let Some(previous) = survey.runs.last_mut()
            && run_start < previous.end
        {
            previous.end = last_frame;
            walk.frames -= 1;
        }
        survey.gaps += u64::from(is_gap && !survey.runs.is_empty());
        survey.other_bytes += other_bytes;
        survey.audio_bytes += run.next - run_start;
        survey.runs.push(run_start..run.end);
        (last_frame, position) = (run.last_frame, run.next);
    }
    Ok(survey.map(|survey| FrameSurvey {
        frames: walk.frames,
        length_tag: walk.length_tag,
        has_mixed_blocks: walk.has_mixed_blocks,
        ..survey
    }))
}

/// Where a run of frames ends.
struct RunEnd {
    /// First byte of its last frame.
    last_frame: u64,
    /// Behind its last whole frame.
    end: u64,
    /// The same, or the end of the file if that cuts one more frame.
    next: u64,
}

struct Walk<'a> {
    window: FileWindow<'a>,
    frames: u64,
    length_tag: Option<Option<u64>>,
    has_mixed_blocks: bool,
}

impl Walk<'_> {
    /// The end of the tags that follow one another from `position`.
    fn skip_tags(&mut self, mut position: u64) -> io::Result<u64> {
        while let Some(bytes) = tag_bytes(self.window.at(position, TAG_HEAD_BYTES)?) {
            let end = position.saturating_add(bytes);
            if end > self.window.file_bytes() {
                break;
            }
            position = end;
        }
        Ok(position)
    }

    /// The next run that starts at `from` or later. `is_expected`: the first one, for which fewer frames are enough at
    /// `from` itself.
    fn find_run(&mut self, from: u64, is_expected: bool) -> io::Result<Option<u64>> {
        let file_bytes = self.window.file_bytes();
        let mut position = from;
        while position < file_bytes && position - from < MAX_SEARCH_BYTES {
            let window = self.window.rest(position, MIN_RUN_FRAMES * MAX_FRAME_BYTES)?;
            let is_last = position + window.len() as u64 >= file_bytes;
            let starts = if is_last { window.len() } else { window.len() - (MIN_RUN_FRAMES - 1) * MAX_FRAME_BYTES };
            let found = (0..starts).filter(|&offset| window[offset] == 0xff).find(|&offset| {
                let run = run_at(&window[offset..], is_last);
                let is_at_start = is_expected && position + offset as u64 == from;
                run.frames >= if is_at_start { MIN_EXPECTED_RUN_FRAMES } else { MIN_RUN_FRAMES }
                    || run.ends_file && (run.frames > 1 || is_at_start && run.frames > 0)
            });
            if let Some(offset) = found {
                return Ok(Some(position + offset as u64));
            }
            if starts == 0 {
                break;
            }
            position += starts as u64;
        }
        Ok(None)
    }

    /// Follows the frames from `start` to the end of their run, and notes what they say.
    fn follow(&mut self, start: u64) -> io::Result<Option<(FrameHeader, RunEnd)>> {
        let file_bytes = self.window.file_bytes();
        let Some(first) = FrameHeader::parse(self.window.at(start, LOOK_BYTES)?) else { return Ok(None) };
        let mut run = RunEnd { last_frame: start, end: start, next: start };
        loop {
            let look = self.window.at(run.end, LOOK_BYTES)?;
            let Some(header) = FrameHeader::parse(look).filter(|next| first.continues_as(next)) else { break };
            let end = run.end + header.bytes as u64;
            if end > file_bytes {
                run.next = file_bytes;
                break;
            }
            if matches!(header.kind, FrameKind::MpegAudio { layer: 3, .. }) {
                if self.frames == 0 {
                    self.length_tag = stated_frames(look);
                }
                self.has_mixed_blocks |= has_mixed_block(look);
            }
            self.frames += 1;
            run = RunEnd { last_frame: run.end, end, next: end };
        }
        Ok(Some((first, run)))
    }

    /// How many of the bytes between two runs are neither zero nor a tag, and whether audio may be missing there.
    fn judge(&mut self, junk: Range<u64>) -> io::Result<(u64, bool)> {
        // A tag that states a wrong length reaches up to the next run.
        if junk.is_empty() || starts_tag(self.window.at(junk.start, TAG_HEAD_BYTES)?) {
            return Ok((0, false));
        }
        let counted_end = junk.end.min(junk.start.saturating_add(MAX_SEARCH_BYTES));
        let mut other_bytes = junk.end - counted_end;
        let mut position = junk.start;
        while position < counted_end {
            let window = self.window.rest(position, 1)?;
            let count = window.len().min(usize::try_from(counted_end - position).unwrap_or(usize::MAX));
            if count == 0 {
                break;
            }
            other_bytes += window[..count].iter().filter(|&&byte| byte != 0).count() as u64;
            position += count as u64;
        }
        Ok((other_bytes, true))
    }
}
