//! How much of an input is read at most. A limit that is exceeded is a problem that names it; the rest is still read.

/// The caps that keep a hostile or broken file from taking the machine's memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file, packed or not.
    pub file: u64,
    /// Inflated bytes of one member of a container, and of a JSON file outside of one.
    pub member: u64,
    /// Inflated bytes of one container, nested ones included.
    pub inflated: u64,
    /// Inflated bytes for one packed byte, for members above [`Limits::RATIO_FROM`] bytes.
    pub ratio: u64,
    /// Entries of one container.
    pub entries: usize,
    /// Containers within containers.
    pub nesting: u32,
}

impl Limits {
    /// Smaller members may be packed as tightly as they like.
    pub const RATIO_FROM: u64 = 1 << 20;
}

impl Default for Limits {
    /// Far above anything real: the largest flow in public packages has half a megabyte, the largest package four.
    fn default() -> Self {
        Self { file: 256 << 20, member: 64 << 20, inflated: 512 << 20, ratio: 200, entries: 65_536, nesting: 1 }
    }
}
