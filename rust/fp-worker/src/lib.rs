//! What the worker is made of, as far as tests and fuzz targets use it without the program: the serve loop, the guard
//! around each track, and the sandbox. The program itself is `main.rs`.

pub mod guard;
pub mod sandbox;
pub mod serve;
