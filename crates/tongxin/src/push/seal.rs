//! What is pushed, sealed so that only the browser it is for can read it: RFC 8291 over the content coding of RFC 8188. The push
//! service in between sees when and how much, and how much is always the same.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Key, Nonce};
use anyhow::{Result, anyhow, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use sha2::Sha256;

/// The one record of a message may be as long as this, with its mark of 16 bytes.
const RECORD: u32 = 4096;
/// A message is filled up to a multiple of this many bytes.
pub const STEP: usize = 512;

/// The keys of a browser.
pub struct Browser {
    point: PublicKey,
    auth: Vec<u8>,
}

impl Browser {
    /// From what the browser said, in base64url.
    ///
    /// # Errors
    /// Where it is no point of the curve, or the secret is not 16 bytes.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self> {
        let (point, auth) = (decoded(p256dh)?, decoded(auth)?);
        ensure!(auth.len() == 16, "a browser's secret has 16 bytes");
        let point = PublicKey::from_sec1_bytes(&point).map_err(|_| anyhow!("this is no point of the curve"))?;
        Ok(Self { point, auth })
    }
}

/// base64url, with or without its fill.
fn decoded(text: &str) -> Result<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(text.trim_end_matches('='))?)
}

fn uncompressed(point: &PublicKey) -> Vec<u8> {
    point.to_encoded_point(false).as_bytes().to_vec()
}

/// A body of content coding `aes128gcm`: salt, length of the record, our one-time point, and the sealed text. With `step` the text is
/// filled up to a multiple of it.
///
/// # Errors
/// Where the text is too long for one record.
pub fn seal(text: &[u8], browser: &Browser, (own, salt): (&SecretKey, [u8; 16]), step: usize) -> Result<Vec<u8>> {
    let (theirs, ours) = (uncompressed(&browser.point), uncompressed(&own.public_key()));
    let shared = ecdh::diffie_hellman(own.to_nonzero_scalar(), browser.point.as_affine());
    let expand = |salt: &[u8], from: &[u8], info: &[u8], into: &mut [u8]| {
        Hkdf::<Sha256>::new(Some(salt), from).expand(info, into).map_err(|_| anyhow!("no key of this length"))
    };
    let (mut common, mut key, mut nonce) = ([0_u8; 32], [0_u8; 16], [0_u8; 12]);
    let about = [b"WebPush: info\0".as_slice(), &theirs, &ours].concat();
    expand(&browser.auth, shared.raw_secret_bytes(), &about, &mut common)?;
    expand(&salt, &common, b"Content-Encoding: aes128gcm\0", &mut key)?;
    expand(&salt, &common, b"Content-Encoding: nonce\0", &mut nonce)?;

    let mut plain = text.to_vec();
    plain.push(2); // the last record begins to be filled up here
    if step > 0 {
        plain.resize(plain.len().div_ceil(step) * step, 0);
    }
    ensure!(plain.len() + 16 <= RECORD as usize, "too long to be pushed");
    let cipher = Aes128Gcm::new(Key::<Aes128Gcm>::from_slice(&key));
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), plain.as_slice());
    let sealed = sealed.map_err(|_| anyhow!("it cannot be sealed"))?;
    let length = [u8::try_from(ours.len())?];
    Ok([salt.as_slice(), &RECORD.to_be_bytes(), &length, &ours, &sealed].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291, section 5 and appendix A.
    const TEXT: &[u8] = b"When I grow up, I want to be a watermelon";
    const THEIRS: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const OURS: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK\
        6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    #[test]
    fn the_example_of_the_standard_comes_out_byte_by_byte() {
        let browser = Browser::parse(THEIRS, AUTH).expect("keys");
        let own = SecretKey::from_slice(&decoded(OURS).expect("base64url")).expect("a key");
        let salt = decoded(SALT).expect("base64url").try_into().expect("16 bytes");
        let body = seal(TEXT, &browser, (&own, salt), 0).expect("sealed");
        assert_eq!(URL_SAFE_NO_PAD.encode(body), BODY);
    }

    #[test]
    fn how_long_it_is_says_nothing() {
        let browser = Browser::parse(&format!("{THEIRS}="), &format!("{AUTH}==")).expect("keys, with their fill");
        let own = SecretKey::from_slice(&[9; 32]).expect("a key");
        let long = |n: usize| seal(&vec![b'x'; n], &browser, (&own, [1; 16]), STEP).map(|body| body.len());
        assert_eq!(long(0).expect("sealed"), long(400).expect("sealed"));
        assert!(long(4080).is_err(), "it is one record or none");
    }

    #[test]
    fn what_is_no_browser_is_said() {
        for (point, auth) in [("", AUTH), (&THEIRS[4..], AUTH), (THEIRS, "BTBZ"), (THEIRS, "?"), (OURS, AUTH)] {
            assert!(Browser::parse(point, auth).is_err(), "{point} {auth}");
        }
    }
}
