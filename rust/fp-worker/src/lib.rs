//! The parts of the worker that tests and fuzz targets use too: the serve loop, the guard around each track, and the
//! sandbox. The program itself is `main.rs`.

pub mod guard;
pub mod request_input;
pub mod sandbox;
pub mod serve;
