//! Bodies that may be large: read piece by piece, up to a limit, and only as long as there is room for all who are sending at
//! this moment.

use std::ops::Deref;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use futures_util::StreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use tongxin_base::{Error, Result};

/// All large bodies together take up this much memory, in KiB; who comes when it is full is asked to come again.
const ROOM_KIB: usize = 384 << 10;
/// A body up to this size, in bytes, needs no room of its own.
const SMALL: usize = 256 << 10;
/// Of a body that is refused this much is still taken off the line, in bytes, and thrown away: many clients read the answer only
/// after they have sent everything.
const DRAINED: usize = 256 << 20;
/// And only for so long.
const DRAINING: Duration = Duration::from_secs(30);

static ROOM: Semaphore = Semaphore::const_new(ROOM_KIB);

/// Bytes that were sent, with the room they take up until they are dropped.
#[derive(Default)]
pub struct Sent {
    bytes: Vec<u8>,
    room: Option<SemaphorePermit<'static>>,
}

impl Deref for Sent {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Sent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Sent {
    /// Adds a piece.
    ///
    /// # Errors
    /// `Unavailable` where there is no room.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<()> {
        let wanted = (self.bytes.len() + piece.len()).saturating_sub(SMALL).div_ceil(1024);
        let held = self.room.as_ref().map_or(0, SemaphorePermit::num_permits);
        if wanted > held {
            let more = u32::try_from(wanted - held).map_err(Error::internal)?;
            let more = ROOM.try_acquire_many(more).map_err(|_| Error::Unavailable)?;
            match &mut self.room {
                Some(room) => room.merge(more),
                None => self.room = Some(more),
            }
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// Gives bytes and room back.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// How large the body is, as the request says; none where it does not say.
pub(crate) fn announced(request: &Request) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The whole body.
///
/// # Errors
/// `OverLimit` over `limit` bytes, before anything is read where the request says so; `Unavailable` where there is no room.
pub(crate) async fn read(request: Request, limit: usize) -> Result<Sent> {
    if announced(&request).is_some_and(|length| length > limit) {
        throw_away(request.into_body());
        return Err(Error::OverLimit(limit));
    }
    let mut pieces = request.into_body().into_data_stream();
    let mut sent = Sent::default();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Error::field("body", "form-unreadable"))?;
        if sent.bytes.len() + piece.len() > limit {
            sent.clear();
            throw_away(Body::from_stream(pieces));
            return Err(Error::OverLimit(limit));
        }
        sent.push(&piece)?;
    }
    Ok(sent)
}

/// Lets a client that is still sending come to its end and read why it was refused. Nothing is kept.
pub(crate) fn throw_away(body: Body) {
    tokio::spawn(tokio::time::timeout(DRAINING, async move {
        let mut pieces = body.into_data_stream();
        let mut length = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            length += piece.len();
            if length > DRAINED {
                break;
            }
        }
    }));
}
