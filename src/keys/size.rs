//! Sizes of RSA keys.

/// An RSA modulus that Mailward makes. RFC 8301 3.2 asks signers for at least 1024 bits and advises 2048; smaller than
/// 2048 is not made (DKIM-R1), larger than 4096 verifiers need not handle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RsaSize {
    /// 2048 bits: a record of 410 octets, two character-strings.
    #[default]
    Bits2048,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits: a record of 754 octets, more than an answer without EDNS0 holds.
    Bits4096,
}

/// A number of bits that is none of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DKIM-R1: an RSA key of {0} bits is not made: use 2048, 3072 or 4096")]
pub struct UnsupportedSize(pub u32);

impl TryFrom<u32> for RsaSize {
    type Error = UnsupportedSize;

    fn try_from(bits: u32) -> Result<Self, UnsupportedSize> {
        match bits {
            2048 => Ok(Self::Bits2048),
            3072 => Ok(Self::Bits3072),
            4096 => Ok(Self::Bits4096),
            other => Err(UnsupportedSize(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dkim_r1_small_and_odd_sizes_are_refused() {
        for bits in [0, 512, 1024, 2047, 8192] {
            assert_eq!(RsaSize::try_from(bits), Err(UnsupportedSize(bits)));
        }
    }
}
