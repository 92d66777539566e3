//! fp-worker
fn main() {}
