//! HEIC, as phones take it. The decoder looks at the size the container names; the size in the bitstream itself, which is what
//! memory is asked for by, is looked at here before.

use heic_rs::context::Context;
use heic_rs::{DecodeOptions, Error as HeicError, PixelLayout};
use image::{DynamicImage, RgbImage};
use tongxin_base::{Error, Result};

use super::photo::{MOST_PIXELS, broken, check_size, too_many_pixels};

/// Tiles of one picture: phones cut theirs into some fifty.
const MOST_TILES: usize = 1024;
/// All tiles together may have this many times the picture's pixels: they overhang it at two edges.
const OVERHANG: u64 = 2;

/// Whether the file says it is HEIC: `ftyp` with a brand of HEVC pictures. AVIF has the same frame and other brands.
pub(super) fn is_heic(bytes: &[u8]) -> bool {
    let Some(size) = bytes.get(..4).and_then(|size| size.try_into().ok()).map(u32::from_be_bytes) else { return false };
    if bytes.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let end = bytes.len().min(usize::try_from(size).unwrap_or(usize::MAX)).min(256);
    let brands = bytes.get(8..end).unwrap_or_default().chunks_exact(4);
    let mut brands = brands.enumerate().filter(|(place, _)| *place != 1); // the second is a version
    brands.any(|(_, brand)| matches!(brand, b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx"))
}

/// The picture, turned as the file says.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage> {
    let info = heic_rs::probe(bytes).map_err(why)?;
    check_size(info.coded_width, info.coded_height)?;
    check_size(info.width, info.height)?;
    check_bitstream(bytes)?;
    let options = DecodeOptions {
        layout: PixelLayout::Rgb8,
        max_pixels: Some(MOST_PIXELS),
        decode_alpha: false,
        threads: Some(1),
        ..DecodeOptions::default()
    };
    let picture = heic_rs::decode(bytes, &options).map_err(why)?;
    let rgb = RgbImage::from_raw(picture.width, picture.height, picture.data);
    rgb.map(DynamicImage::ImageRgb8).ok_or_else(broken)
}

fn why(error: HeicError) -> Error {
    match error {
        HeicError::PixelLimit { .. } => too_many_pixels(),
        HeicError::Unsupported(_) => Error::field("file", "form-photo-other-heic"),
        _ => broken(),
    }
}

/// Adds up what the bitstreams of all tiles will ask for.
fn check_bitstream(bytes: &[u8]) -> Result<()> {
    let context = Context::open(bytes).map_err(why)?;
    let primary = context.meta.primary;
    let tiles = match context.grid(primary).map_err(why)? {
        Some((_, tiles)) => tiles,
        None => vec![primary],
    };
    if tiles.len() > MOST_TILES {
        return Err(too_many_pixels());
    }
    let mut pixels = 0_u64;
    for tile in tiles {
        let props = context.props(tile).map_err(why)?;
        let config = props.hvcc.ok_or_else(broken)?;
        let mut largest = 0;
        for unit in config.parameter_sets() {
            // The type stands in six bits behind the first; 33 is the set that has the size.
            if unit.first().is_some_and(|first| (first >> 1) & 0x3F == 33) {
                let (width, height) = coded_size(unit).ok_or_else(broken)?;
                check_size(width, height)?;
                largest = largest.max(u64::from(width) * u64::from(height));
            }
        }
        pixels += largest;
    }
    if pixels > MOST_PIXELS * OVERHANG { Err(too_many_pixels()) } else { Ok(()) }
}

/// Width and height out of a sequence parameter set (ITU-T H.265, 7.3.2.2), before cropping.
fn coded_size(unit: &[u8]) -> Option<(u32, u32)> {
    let mut bits = Bits::of(unit);
    bits.skip(16 + 4)?;
    let sub_layers = bits.take(3)?;
    bits.skip(1 + 96)?;
    // Each sub-layer says whether its profile (88 bits) and its level (8 bits) follow; two bits fill up each empty place.
    let mut follow = 0;
    for _ in 0..sub_layers {
        follow += 88 * bits.take(1)? + 8 * bits.take(1)?;
    }
    if sub_layers > 0 {
        bits.skip(2 * 8_u32.checked_sub(sub_layers)?)?;
    }
    bits.skip(follow)?;
    bits.golomb()?;
    if bits.golomb()? == 3 {
        bits.skip(1)?;
    }
    Some((bits.golomb()?, bits.golomb()?))
}

/// A bitstream without the bytes that only keep start codes away.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    fn of(unit: &[u8]) -> Self {
        let mut bytes: Vec<u8> = Vec::with_capacity(unit.len());
        let mut zeros = 0;
        for byte in unit {
            if zeros >= 2 && *byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if *byte == 0 { zeros + 1 } else { 0 };
            bytes.push(*byte);
        }
        Self { bytes, at: 0 }
    }

    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.at += usize::try_from(count).ok()?;
        Some(())
    }

    /// An Exp-Golomb number: as many zeros as digits follow the leading one.
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        Some((1 << zeros) - 1 + self.take(zeros)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_tell_it_from_its_kin() {
        let file =
            |major: &[u8; 4], also: &[u8; 4]| [&[0, 0, 0, 20], b"ftyp".as_slice(), major, &[0; 4], also].concat();
        assert!(is_heic(&file(b"heic", b"mif1")));
        assert!(is_heic(&file(b"mif1", b"heic")));
        assert!(!is_heic(&file(b"avif", b"mif1")));
        assert!(!is_heic(&file(b"isom", b"mp42")));
        assert!(!is_heic(b"ftyp"));
    }

    #[test]
    fn numbers_of_any_length_are_read() {
        // 1, 010, 011, 00100, then nothing
        let mut bits = Bits::of(&[0b1010_0110, 0b0100_0000]);
        assert_eq!([bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()], [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(bits.golomb(), None);
        assert_eq!(Bits::of(&[0, 0, 3, 1]).bytes, [0, 0, 1]);
    }
}
