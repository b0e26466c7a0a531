//! Bounds what a parser may take in before it gives something out, so that an open quote, tag or
//! comment cannot fill the memory.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Most bytes between two results of a parser.
pub const PIECE: u64 = 16 << 20;

/// Counts what a [`Metered`] reader has given since the last reset.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// A piece is complete; the next one begins.
    pub fn reset(&self) {
        self.0.store(0, Relaxed);
    }

    /// A reader that fails after [`PIECE`] bytes without a reset.
    pub fn over<R>(&self, inner: R) -> Metered<R> {
        Metered { inner, given: self.clone() }
    }
}

/// See [`Meter::over`].
#[derive(Debug)]
pub struct Metered<R> {
    inner: R,
    given: Meter,
}

#[derive(Debug, thiserror::Error)]
#[error("a single piece of more than {} MB", PIECE >> 20)]
struct TooLong;

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let given = self.given.0.load(Relaxed);
        if given > PIECE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TooLong));
        }
        let read = self.inner.read(out)?;
        self.given.0.store(given + read as u64, Relaxed);
        Ok(read)
    }
}

/// Whether a reader failed because a piece was too long.
#[must_use]
pub fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLong>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_without_end_is_cut_off_and_pieces_with_an_end_are_not() {
        let meter = Meter::default();
        let error = io::copy(&mut meter.over(io::repeat(b'x')), &mut io::sink()).unwrap_err();
        assert!(is_too_long(&error));
        let mut endless = meter.over(io::repeat(b'x'));
        let mut part = vec![0; 1 << 20];
        for _ in 0..64 {
            meter.reset();
            endless.read_exact(&mut part).unwrap();
        }
    }
}
