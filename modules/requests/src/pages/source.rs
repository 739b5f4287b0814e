//! What an imported matter was where it came from, for its page at the desk.

use tongxin_base::Result;
use tongxin_web::Ctx;

use crate::domain::{Channel, RequestId};
use crate::store::imports;

/// Names and values; none for what was reported here.
pub(super) async fn source_facts(ctx: &Ctx, id: RequestId, channel: &str) -> Result<Vec<(String, String)>> {
    if channel != Channel::Import.as_str() {
        return Ok(Vec::new());
    }
    let tenant = ctx.tenant.id;
    let source = ctx.kernel().db().read(tenant, move |read| imports::source_of(read, tenant, id)).await?;
    let Some(source) = source else { return Ok(Vec::new()) };
    let whose = source.source_id.map_or_else(|| source.source.clone(), |number| format!("{}, {number}", source.source));
    let facts = [
        ("requests-source", Some(whose)),
        ("requests-source-channel", source.channel),
        ("requests-source-office", source.office),
        ("requests-source-supporters", source.supporters.map(|count| count.to_string())),
        ("requests-source-objectors", source.objectors.map(|count| count.to_string())),
    ];
    Ok(facts.into_iter().filter_map(|(key, value)| Some((ctx.words.t(key), value?))).collect())
}
