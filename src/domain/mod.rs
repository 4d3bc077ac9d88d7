//! The pure core between the custom resources and the world.

pub mod objects;
