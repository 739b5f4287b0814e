//! All SQL of the room. `requests` holds matters and reports, `orders` the work, `categories` what an administrator sets, `duty` who is there, `imports` what
//! came from files.

/// The columns of a matter in the order in which `requests::request` takes them.
macro_rules! request_columns {
    () => {
        "id, number, category, unit_path, site, lat, lon, channel, status, created_at, accepted_at, contacted_at, \
         started_at, done_at, closed_at, contact_due_at, finish_limit, yellow_at, due_at, paused_at, round, handler_id, \
         reason, version, outside, urgent, held, pause_reason, reopened, excluded, card, merged_into, split_from"
    };
}

/// What lists, the map and exports are narrowed by; `lists::narrowed` binds it.
macro_rules! narrowed {
    () => {
        " FROM requests_request r
          WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR category = $3)
            AND ((unit_path >= $4 AND unit_path < $5) OR (unit_path >= $6 AND unit_path < $7)
              OR (unit_path >= $8 AND unit_path < $9) OR (unit_path >= $10 AND unit_path < $11)
              OR (unit_path >= $12 AND unit_path < $13))
            AND (($14::bigint = 0 AND held IS NULL) OR ($14::bigint = 1 AND held IS NOT NULL))
            AND ($15::bigint IS NULL OR created_at >= $15) AND ($16::bigint IS NULL OR created_at < $16)
            AND ($17::text IS NULL OR (status IN ('received', 'accepted', 'open', 'working', 'reopened')
              AND CASE WHEN paused_at IS NOT NULL THEN 'paused' WHEN due_at < $18::bigint THEN 'red'
                       WHEN yellow_at <= $18::bigint THEN 'yellow' ELSE 'green' END = $17))
            AND ($19::text IS NULL OR (done_at IS NOT NULL AND excluded = 0
              AND ($19 = 'assessed' OR ($19 = 'contacted' AND contacted_at <= contact_due_at)
                OR ($19 = 'in_time' AND done_at <= due_at))))
            AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)"
    };
}

/// What lets a matter `r` be seen: it came with no import, or with one that is live.
macro_rules! seen {
    () => {
        "NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)"
    };
}

/// The columns of an order in the order in which `orders::order` takes them.
macro_rules! order_columns {
    () => {
        "id, request_id, pool, unit_path, category, lat, lon, state, worker_id, opened_at, grabbed_at, started_at, \
         ended_at, yellow_at, due_at, reason, note, within, skill, kind, grab_due_at, lease_due_at, why"
    };
}

/// The columns of an order `o` and of its matter `r` in the order in which `orders::listed` takes them.
macro_rules! listed_columns {
    () => {
        "o.id, o.request_id, o.pool, o.unit_path, o.category, o.lat, o.lon, o.state, o.worker_id, o.opened_at, \
         o.grabbed_at, o.started_at, o.ended_at, o.yellow_at, o.due_at, o.reason, o.note, o.within, o.skill, o.kind, \
         o.grab_due_at, o.lease_due_at, o.why, r.number, r.site, r.paused_at"
    };
}

/// Orders `o`, each with its matter `r`.
macro_rules! listed_orders {
    () => {
        "requests_order o JOIN requests_request r ON r.tenant_id = o.tenant_id AND r.id = o.request_id"
    };
}

/// The columns of a report in the order in which `requests::reported` takes them. Name, phone and e-mail may stand in
/// another report of the same reporter.
macro_rules! report_columns {
    () => {
        "r.id, r.request_id, r.person_id, r.contact_of, r.name, c.name, r.phone, c.phone, r.email, c.email, r.place, \
         r.words, r.came_from, r.created_at"
    };
}

/// Reports `r`, each with the one `c` that holds its contact.
macro_rules! reports_with_contact {
    () => {
        "requests_report r LEFT JOIN requests_report c ON c.tenant_id = r.tenant_id AND c.id = r.contact_of"
    };
}

pub mod categories;
pub mod desk;
pub mod duty;
pub mod imports;
pub mod lists;
pub mod lists_admin;
pub mod map;
pub mod orders;
pub mod photos;
pub mod phrases;
pub mod requests;
pub mod rights;
pub mod shared;
pub mod told;
