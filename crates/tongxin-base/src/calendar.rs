//! Working time: placeholder
