//! The steady state of the pass allocates nothing: the buffers of a track serve the next one.
#![allow(unsafe_code, reason = "a global allocator that counts can only be written as an unsafe impl")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use fp_dsp::{Analyzer, ChannelLayout};

mod signal;

thread_local! {
    /// Allocations of this thread; the test harness allocates on others.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

fn count_one() {
    // A thread that is ending has no counter any more.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count_one();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_reused_analyzer_allocates_only_where_a_longer_track_needs_a_longer_history() {
    const RATE_HZ: u32 = 44_100;
    /// Three vectors grow with the track: the onset flux (a value a frame), the power of the 100 ms cells of
    /// short-term loudness, the readings of the half-second blocks. Twice the length doubles each once, or
    /// twice where a doubled capacity falls just short.
    const DOUBLINGS: u64 = 6;
    let [left, right] = signal::groove(RATE_HZ, 20.0, 120.0);
    let mut analyzer = Analyzer::new(RATE_HZ, ChannelLayout::new(2, None).unwrap()).unwrap();
    let mut add = |seconds: usize| {
        analyzer.reset();
        let before = ALLOCATIONS.get();
        let samples = seconds * RATE_HZ as usize;
        for (left, right) in left[..samples].chunks(4_096).zip(right[..samples].chunks(4_096)) {
            analyzer.add_samples(&[left, right]);
        }
        let allocations = ALLOCATIONS.get() - before;
        analyzer.finish();
        allocations
    };
    add(10);
    assert_eq!(add(10), 0, "the same length again");
    let longer = add(20);
    assert!(longer <= DOUBLINGS, "{longer} allocations while 10 s grew to 20 s");
    assert_eq!(add(20), 0, "the longer length again");
}
