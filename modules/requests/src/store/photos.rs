//! Placeholder.
use crate::domain::RequestId;
use tongxin_base::{Result, TenantId};
use tongxin_db::Tx;
pub fn move_reported(_: &mut Tx<'_>, _: TenantId, _: RequestId, _: RequestId) -> Result<()> {
    Ok(())
}
