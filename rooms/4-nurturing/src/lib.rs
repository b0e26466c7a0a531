//! nurturing
