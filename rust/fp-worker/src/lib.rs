//! The parts of the worker that tests and fuzz targets use too: the serve loop, the guard around each track, the sandbox,
//! and the launcher of ffmpeg. The program itself is `main.rs`.

pub mod guard;
#[cfg(target_os = "linux")]
pub mod launcher;
pub mod request_input;
pub mod sandbox;
pub mod serve;
