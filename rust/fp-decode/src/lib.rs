//! Any audio file to planar f32 blocks. All hostile input stops here.
