//! The darkroom: whatever somebody sent becomes a plain JPEG and a thumbnail, or a reason why not. Nothing of the file
//! that came in is kept but its picture: not its name, not where or with what it was taken.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, imageops,
};
use tongxin_base::{Error, FieldError, Result};

use super::heic;

/// A picture of more pixels is refused before it is decoded: four times what phones take, some 200 MB of memory.
pub(super) const MOST_PIXELS: u64 = 50_000_000;
/// No side is longer, in pixels: a whole turn of a phone's panorama fits in.
const LONGEST_SIDE: u32 = 20_000;
/// What a decoder may ask for, in bytes: the pixels at eight bytes each and its own tables.
const MOST_MEMORY: u64 = 512 << 20;
/// The longer side of what is kept, in pixels: signs can be read, and it is a tenth of the original in bytes.
const FULL: u32 = 2048;
/// The longer side of a thumbnail, in pixels: two in a row on a phone, sharp.
const THUMB: u32 = 400;
/// JPEG quality: above it files grow and pictures do not.
const QUALITY: u8 = 82;

/// A photo as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The picture, JPEG, its longer side at most 2048 pixels.
    pub full: Vec<u8>,
    /// A small one, JPEG, its longer side at most 400 pixels.
    pub thumb: Vec<u8>,
    /// The picture's width in pixels.
    pub width: u32,
    /// The picture's height in pixels.
    pub height: u32,
}

/// What a file is, by its first bytes; its name and what was said about it prove nothing.
enum Kind {
    Raster(ImageFormat),
    Heic,
}

fn sniff(bytes: &[u8]) -> Result<Kind> {
    if heic::is_heic(bytes) {
        return Ok(Kind::Heic);
    }
    match image::guess_format(bytes) {
        Ok(
            format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Bmp),
        ) => Ok(Kind::Raster(format)),
        _ => Err(Error::field("file", "form-photo-not-a-photo")),
    }
}

pub(super) fn broken() -> Error {
    Error::field("file", "form-photo-broken")
}

pub(super) fn too_many_pixels() -> Error {
    let millions = MOST_PIXELS / 1_000_000;
    Error::Invalid(vec![FieldError::new("file", "form-photo-too-many-pixels").with("max", millions)])
}

/// Refuses a size before anything of that size is asked for.
pub(super) fn check_size(width: u32, height: u32) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(broken());
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || width.max(height) > LONGEST_SIDE { Err(too_many_pixels()) } else { Ok(()) }
}

/// Makes what is kept of a file somebody sent. Takes up to seconds and some hundred megabytes: not for a thread that
/// others wait for.
///
/// # Errors
/// `Invalid` on `file`: not a photo, broken, too many pixels.
pub fn develop(bytes: &[u8]) -> Result<Photo> {
    let (picture, orientation) = match sniff(bytes)? {
        Kind::Heic => (heic::decode(bytes)?, Orientation::NoTransforms),
        Kind::Raster(format) => decode(bytes, format)?,
    };
    let mut picture = DynamicImage::ImageRgb8(shrunk(&picture, FULL));
    // Turned when it is small: turning needs a second copy.
    picture.apply_orientation(orientation);
    let thumb = jpeg(&shrunk(&picture, THUMB))?;
    let (width, height) = picture.dimensions();
    Ok(Photo { full: jpeg(&picture.into_rgb8())?, thumb, width, height })
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation)> {
    if format == ImageFormat::Jpeg && !jpeg_is_whole(bytes) {
        return Err(broken());
    }
    let why = |error: ImageError| match error {
        ImageError::Limits(_) => too_many_pixels(),
        _ => broken(),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    // A camera that writes nonsense here has still taken a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(why)?, orientation))
}

/// Whether a JPEG has its end. Decoders fill up with grey what is missing, and half a grey picture proves nothing.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    // Through the segments, each with its length, to the first scan: a preview inside one has an end of its own.
    while let Some(&[0xFF, marker]) = bytes.get(at..at + 2) {
        match marker {
            0xFF => at += 1,
            0xDA => return bytes[at..].windows(2).any(|pair| pair == [0xFF, 0xD9]),
            0x01 | 0xD0..=0xD8 => at += 2,
            _ => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => at += 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        }
    }
    false
}

/// The picture without its alpha (on white, as it was looked at), its longer side at most `longest`.
fn shrunk(picture: &DynamicImage, longest: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let side = width.max(height);
    if side <= longest {
        return flat(picture);
    }
    let scaled = |length: u32, to: u32| {
        let exact = u64::from(length) * u64::from(to) / u64::from(side);
        u32::try_from(exact).unwrap_or(to).max(1)
    };
    let (w, h) = (scaled(width, longest), scaled(height, longest));
    // Averaging whole blocks first needs no second copy of a large picture; the filter then does the fine work.
    if side >= longest * 4 {
        let rough = picture.thumbnail_exact(scaled(width, longest * 2), scaled(height, longest * 2));
        imageops::resize(&flat(&rough), w, h, imageops::FilterType::Triangle)
    } else {
        imageops::resize(&flat(picture), w, h, imageops::FilterType::Triangle)
    }
}

fn flat(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    let mut out = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in out.pixels_mut().zip(rgba.pixels()) {
        let [r, g, b, alpha] = from.0.map(u32::from);
        let on_white = |c: u32| u8::try_from((c * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        to.0 = [on_white(r), on_white(g), on_white(b)];
    }
    out
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(picture).map_err(Error::internal)?;
    Ok(out)
}
