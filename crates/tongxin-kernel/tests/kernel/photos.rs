//! What the darkroom takes and what it refuses, whatever the file calls itself; and that nothing but the picture comes out.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use tongxin_base::{Error, Result};
use tongxin_kernel::{Photo, develop};

/// As a phone writes it; see `tests/files/README.md`.
pub const HEIC: &[u8] = include_bytes!("../files/phone.heic");

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 30];
const BLUE: [u8; 3] = [30, 30, 220];
const WHITE: [u8; 3] = [240, 240, 240];

/// Four colours: red, green over blue, white.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
    .into()
}

pub fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("a file");
    out.into_inner()
}

/// A JPEG as a phone writes it: with an EXIF block that says how it was held, by whom it was made and where.
pub fn phone_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let long = |n: u32| n.to_be_bytes();
    // The first directory at 8 with three entries ends at 50; the words follow, then the directory of the place.
    let maker = b"Tongxin Phone\0";
    let place_at = 50 + u32::try_from(maker.len()).expect("short");
    let exif = [
        b"Exif\0\0MM\0*\0\0\0\x08".to_vec(),
        vec![0, 3],
        entry(0x010F, 2, u32::try_from(maker.len()).expect("short"), long(50)),
        entry(0x0112, 3, 1, [0, orientation, 0, 0]),
        entry(0x8825, 4, 1, long(place_at)),
        vec![0; 4],
        maker.to_vec(),
        vec![0, 1],
        entry(0x0001, 2, 2, *b"N\0\0\0"),
        vec![0; 4],
    ]
    .concat();
    let plain = written(&picture(width, height), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &exif, &plain[2..]].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// A PNG of one bit a pixel: a few bytes that say they are as large as one likes.
pub fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let body = [name.as_slice(), data].concat();
        [&u32::try_from(data.len()).expect("short").to_be_bytes(), &body[..], &crc(&body).to_be_bytes()].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let data = [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", &data), chunk(b"IEND", b"")].concat()
}

fn shown(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).expect("what is kept is a JPEG").into_rgb8()
}

/// The colours of the four quarters, each by the nearest of ours.
fn quarters(jpeg: &[u8]) -> [[u8; 3]; 4] {
    let picture = shown(jpeg);
    let (w, h) = picture.dimensions();
    let nearest = |x: u32, y: u32| {
        let seen = picture.get_pixel(x, y).0;
        let far = |c: &[u8; 3]| c.iter().zip(seen).map(|(a, b)| i32::from(a.abs_diff(b))).sum::<i32>();
        [RED, GREEN, BLUE, WHITE].into_iter().min_by_key(far).expect("four")
    };
    [nearest(w / 4, h / 4), nearest(w * 3 / 4, h / 4), nearest(w / 4, h * 3 / 4), nearest(w * 3 / 4, h * 3 / 4)]
}

fn size(jpeg: &[u8]) -> (u32, u32) {
    shown(jpeg).dimensions()
}

#[track_caller]
fn refused(result: Result<Photo>) -> String {
    match result {
        Err(Error::Invalid(fields)) => {
            assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["file"]);
            fields[0].key.to_string()
        }
        other => panic!("taken, or worse: {other:?}"),
    }
}

#[test]
fn every_kind_becomes_a_jpeg_and_a_thumbnail() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        let photo = develop(&written(&picture(640, 480), format)).expect("a photo");
        assert_eq!((photo.width, photo.height), (640, 480), "{format:?}");
        assert_eq!((size(&photo.full), size(&photo.thumb)), ((640, 480), (400, 300)), "{format:?}");
        assert_eq!(quarters(&photo.full), [RED, GREEN, BLUE, WHITE], "{format:?}");
        assert_eq!(quarters(&photo.thumb), [RED, GREEN, BLUE, WHITE], "{format:?}");
    }
}

#[test]
fn large_ones_become_small() {
    for (came, full, thumb) in [
        ((4000, 3000), (2048, 1536), (400, 300)),
        ((9000, 4000), (2048, 910), (400, 177)),
        ((12_000, 3), (2048, 1), (400, 1)),
        ((3, 3), (3, 3), (3, 3)),
    ] {
        let photo = develop(&written(&picture(came.0, came.1), ImageFormat::Png)).expect("a photo");
        assert_eq!((size(&photo.full), size(&photo.thumb)), (full, thumb), "{came:?}");
    }
    let photo = develop(&written(&picture(9000, 5500), ImageFormat::Jpeg)).expect("49.5 million pixels");
    assert_eq!(quarters(&photo.full), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn it_stands_upright_and_tells_nothing() {
    let upright = [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ];
    for (orientation, wanted) in upright {
        let came = phone_jpeg(3000, 2000, orientation);
        assert!(came.windows(13).any(|w| w == b"Tongxin Phone"));
        let photo = develop(&came).expect("a photo");
        let turned = if orientation < 5 { (2048, 1365) } else { (1365, 2048) };
        assert_eq!((photo.width, photo.height), turned, "{orientation}");
        assert_eq!(quarters(&photo.full), wanted, "{orientation}");
        assert_eq!(quarters(&photo.thumb), wanted, "{orientation}");
        for kept in [&photo.full, &photo.thumb] {
            assert!(!kept.windows(7).any(|w| w == b"Tongxin") && !kept.windows(4).any(|w| w == b"Exif"));
            // Nothing but what the pixels need: JFIF, tables, frame, scan.
            assert!(!kept.windows(2).any(|w| matches!(w, [0xFF, 0xE1..=0xEF | 0xFE])), "{orientation}");
        }
    }
}

#[test]
fn heic_of_a_phone_is_read() {
    assert!(HEIC.windows(5).any(|w| w == b"Apple"));
    let photo = develop(HEIC).expect("a photo");
    assert_eq!((photo.width, photo.height), (200, 300));
    assert_eq!(quarters(&photo.full), [BLUE, RED, WHITE, GREEN]);
    assert!(!photo.full.windows(5).any(|w| w == b"Apple"));
}

#[test]
fn what_can_be_seen_through_lies_on_white() {
    let glass = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
    let photo = develop(&written(&glass.into(), ImageFormat::Png)).expect("a photo");
    assert_eq!(shown(&photo.full).get_pixel(20, 20).0, [255, 255, 255]);
}

#[test]
fn what_is_no_photo_is_refused() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf";
    let not: [&[u8]; 6] = ["路灯坏了，这是文字".as_bytes(), svg, avif, b"%PDF-1.7", b"PK\x03\x04", &[0; 64]];
    for bytes in not {
        assert_eq!(refused(develop(bytes)), "form-photo-not-a-photo");
    }
}

#[test]
fn what_did_not_arrive_whole_is_refused() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        let whole = written(&picture(200, 150), format);
        assert_eq!(refused(develop(&whole[..whole.len() / 2])), "form-photo-broken", "{format:?}");
    }
    let phone = phone_jpeg(200, 150, 1);
    assert_eq!(refused(develop(&phone[..phone.len() - 3])), "form-photo-broken");
    // Cut anywhere, nothing panics and nothing is taken; with a byte changed anywhere, nothing panics.
    // (Its last bytes are the EXIF, which nobody misses.)
    for length in 12..HEIC.len() - 200 {
        assert!(develop(&HEIC[..length]).is_err(), "{length}");
    }
    for at in 0..HEIC.len() {
        let mut bytes = HEIC.to_vec();
        bytes[at] ^= 0x55;
        drop(develop(&bytes));
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    for (width, height) in [(30_000, 30_000), (20_001, 1), (1, 4_000_000), (10_000, 5_001)] {
        assert_eq!(refused(develop(&png_bomb(width, height))), "form-photo-too-many-pixels", "{width} x {height}");
    }
    // The size the container of a HEIC names (`ispe`: width, height), and the one its picture has (`grid`).
    let mut claims = HEIC.to_vec();
    let places: Vec<usize> = (0..claims.len() - 12).filter(|at| &claims[*at..*at + 4] == b"ispe").collect();
    assert!(!places.is_empty());
    for at in places {
        claims[at + 8..at + 12].copy_from_slice(&30_000_u32.to_be_bytes());
        claims[at + 12..at + 16].copy_from_slice(&30_000_u32.to_be_bytes());
    }
    assert_eq!(refused(develop(&claims)), "form-photo-too-many-pixels");
}
