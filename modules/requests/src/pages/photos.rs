//! Photos on the pages: albums of those that are there.

use tongxin_web::Ctx;

use crate::domain::PhotoKind;
use crate::photos::PhotoView;

/// A photo to look at.
pub(super) struct Shot {
    pub href: String,
    pub thumb: String,
    pub alt: String,
}

/// The photos of one kind.
pub(super) struct Album {
    pub title: String,
    pub shots: Vec<Shot>,
}

/// The photos of a kind, numbered.
pub(super) fn shots(ctx: &Ctx, photos: &[PhotoView], kind: PhotoKind) -> Vec<Shot> {
    let of_kind = photos.iter().filter(|photo| photo.kind == kind);
    let shot = |(n, photo): (usize, &PhotoView)| Shot {
        href: photo.href.clone(),
        thumb: photo.thumb.clone(),
        alt: ctx.words.t1(&format!("requests-photo-{kind}"), "n", n),
    };
    (1..).zip(of_kind).map(shot).collect()
}

/// An album for each of these kinds that has photos.
pub(super) fn albums(ctx: &Ctx, photos: &[PhotoView], kinds: &[PhotoKind]) -> Vec<Album> {
    let album = |kind: &PhotoKind| Album {
        title: ctx.words.t(&format!("requests-photos-{kind}")),
        shots: shots(ctx, photos, *kind),
    };
    kinds.iter().map(album).filter(|album| !album.shots.is_empty()).collect()
}
