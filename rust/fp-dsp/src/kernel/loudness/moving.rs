//! The largest momentary (400 ms) and short-term (3 s) loudness, EBU Tech 3341.
//!
//! The windows advance by 10 ms: by 100 ms, a sound of 400 ms would read up to 0.6 dB too low.

/// Steps of the windows per second.
const STEPS_PER_S: u64 = 100;
const MOMENTARY_STEPS: usize = 40;
const SHORT_TERM_STEPS: usize = 300;

/// Power in sliding windows.
pub(crate) struct MovingPower {
    rate_hz: u64,
    /// Σ z² of the last steps, step k at k modulo their number.
    steps: [f64; SHORT_TERM_STEPS],
    count: usize,
    momentary: Window,
    short_term: Window,
}

/// A window of so many steps: Σ z² in it, and its largest mean square so far.
#[derive(Clone, Copy)]
struct Window {
    steps: usize,
    sum: f64,
    largest: Option<f64>,
}

impl Window {
    const fn new(steps: usize) -> Self {
        Self { steps, sum: 0.0, largest: None }
    }
}

impl MovingPower {
    pub(crate) const fn new(rate_hz: u64) -> Self {
        Self {
            rate_hz,
            steps: [0.0; SHORT_TERM_STEPS],
            count: 0,
            momentary: Window::new(MOMENTARY_STEPS),
            short_term: Window::new(SHORT_TERM_STEPS),
        }
    }

    /// Samples of the step that comes next.
    pub(crate) const fn step_length(&self) -> usize {
        (step_start(self.rate_hz, self.count + 1) - step_start(self.rate_hz, self.count)) as usize
    }

    /// Adds the weighted Σ z² of the next step.
    ///
    /// The sums run on, so that each carries the rounding of the loudest passage; the largest one is not smaller than that.
    pub(crate) fn add_step(&mut self, power: f64) {
        let now = self.count;
        self.count += 1;
        for window in [&mut self.momentary, &mut self.short_term] {
            window.sum += power;
            let Some(first) = self.count.checked_sub(window.steps) else { continue };
            let length = step_start(self.rate_hz, self.count) - step_start(self.rate_hz, first);
            let mean_square = window.sum / length as f64;
            if window.largest.is_none_or(|largest| mean_square > largest) {
                window.largest = Some(mean_square);
            }
            // The oldest step leaves; the newest one takes its place in the longer window only afterwards.
            window.sum -= self.steps[first % SHORT_TERM_STEPS];
        }
        self.steps[now % SHORT_TERM_STEPS] = power;
    }

    /// Largest mean square of 400 ms; `None` if there is less audio.
    pub(crate) const fn largest_momentary(&self) -> Option<f64> {
        self.momentary.largest
    }

    /// Largest mean square of 3 s; `None` if there is less audio.
    pub(crate) const fn largest_short_term(&self) -> Option<f64> {
        self.short_term.largest
    }
}

/// First sample of step `index`.
const fn step_start(rate_hz: u64, index: usize) -> u64 {
    index as u64 * rate_hz / STEPS_PER_S
}
