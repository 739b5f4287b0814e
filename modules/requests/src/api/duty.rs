//! One's own duty for programs: hours, skills, base point, leaves.

use axum::Json;
use serde::{Deserialize, Serialize};
use tongxin_base::{Coordinates, Error, Result, Time};
use tongxin_kernel::PersonId;
use tongxin_web::{Answer, ApiBody, Ctx, Gate, Problem, Routes};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::actions::{self, DutyChange, DutyChanged};
use crate::duty::{RawLeave, on_duty};
use crate::store::duty::{self, Duty, Leave, LeaveId};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.api(Gate::May("duty.own"), routes!(get_duty)).api(Gate::May("duty.own"), routes!(change_duty))
}

/// A point on the ground.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BasePoint {
    /// Latitude.
    lat: f64,
    /// Longitude.
    lon: f64,
    /// The system that both come in: `wgs84`, which is meant where it is left out, or `gcj02`. What is answered is WGS 84.
    #[serde(default)]
    system: System,
}

/// The name of a system of coordinates.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DutySystem)]
enum System {
    /// What satellites say.
    #[default]
    Wgs84,
    /// What maps in China say.
    Gcj02,
}

impl BasePoint {
    fn point(self) -> (f64, f64) {
        let system = match self.system {
            System::Wgs84 => Coordinates::Wgs84,
            System::Gcj02 => Coordinates::Gcj02,
        };
        system.to_wgs84((self.lat, self.lon))
    }
}

/// A time in which one is away.
#[derive(Debug, Serialize, ToSchema)]
struct LeaveView {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    id: LeaveId,
    /// The first moment away.
    #[schema(value_type = String)]
    from: Time,
    /// The first moment back.
    #[schema(value_type = String)]
    to: Time,
    /// Why; may be empty.
    reason: String,
}

/// When one is there.
#[derive(Debug, Serialize, ToSchema)]
struct DutyView {
    /// Hours of the week, `1-5 08:30-12:00,14:30-17:30; 6 09:00-12:00` (1 is Monday); null for the working hours of the
    /// subdistrict.
    hours: Option<String>,
    /// Codes of skills.
    skills: Vec<String>,
    /// Where one sets out from, to about a hundred metres; null for the point of the unit. Never a live position.
    base: Option<BasePoint>,
    /// Leaves that are not over, the next one first.
    leaves: Vec<LeaveView>,
    /// Whether one is on duty now.
    on_duty: bool,
}

/// A worker's duty and leaves that are not over.
pub(crate) async fn read_duty(ctx: &Ctx, person: PersonId) -> Result<(Duty, Vec<Leave>)> {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        Ok((duty::duty(read, tenant, person)?, duty::leaves(read, tenant, person, now)?))
    };
    ctx.kernel().db().read(tenant, read).await
}

/// Whether they are on duty now.
pub(crate) fn is_on_duty(ctx: &Ctx, duty: &Duty, leaves: &[Leave]) -> bool {
    let now = ctx.kernel().world().now();
    let hours = duty.hours.as_deref().and_then(|hours| hours.parse().ok());
    let away: Vec<(Time, Time)> = leaves.iter().map(|leave| (leave.from, leave.to)).collect();
    on_duty(now, hours.as_ref(), &away, &ctx.tenant.calendar, ctx.tenant.settings.quiet)
}

fn me(ctx: &Ctx) -> Result<PersonId> {
    ctx.who.person().map(|person| person.id).ok_or(Error::Unauthenticated)
}

#[utoipa::path(get, path = "/api/v1/me/duty", tag = "duty", responses(
    (status = 200, body = DutyView), (status = 403, body = Problem)
))]
async fn get_duty(ctx: Ctx) -> Answer<Json<DutyView>> {
    let (duty, leaves) = read_duty(&ctx, me(&ctx)?).await?;
    let on_duty = is_on_duty(&ctx, &duty, &leaves);
    let leave = |Leave { id, from, to, reason }: Leave| LeaveView { id, from, to, reason };
    Ok(Json(DutyView {
        hours: duty.hours,
        skills: duty.skills,
        base: duty.base.map(|(lat, lon)| BasePoint { lat, lon, system: System::default() }),
        leaves: leaves.into_iter().map(leave).collect(),
        on_duty,
    }))
}

/// A leave to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLeave {
    /// The first moment away: RFC 3339, or `2026-03-02T09:00` or `2026-03-02` on the subdistrict's clock.
    from: String,
    /// The first moment back, or the last day away.
    to: String,
    /// Why, at most 200 characters.
    #[serde(default)]
    reason: String,
}

/// What changes; whatever is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDuty {
    /// Hours of the week; empty for the working hours of the subdistrict.
    hours: Option<String>,
    /// Codes of skills out of the list (`/api/v1/phrases?kind=skill`).
    skills: Option<Vec<String>>,
    /// Where one sets out from; kept to about a hundred metres.
    base: Option<BasePoint>,
    /// Forgets the base point.
    #[serde(default)]
    no_base: bool,
    /// A leave to be entered.
    away: Option<NewLeave>,
    /// A leave to be taken back.
    #[schema(value_type = Option<uuid::Uuid>)]
    back: Option<LeaveId>,
}

#[utoipa::path(post, path = "/api/v1/me/duty", tag = "duty", request_body = NewDuty, responses(
    (status = 200, body = DutyChanged), (status = 403, body = Problem), (status = 422, body = Problem)
))]
async fn change_duty(ctx: Ctx, body: ApiBody<NewDuty>) -> Answer<Json<DutyChanged>> {
    let (call, asked) = (ctx.call(&body.raw)?, body.value);
    let base = asked.base.map(|base| Some(base.point())).or(asked.no_base.then_some(None));
    let away = asked.away.map(|NewLeave { from, to, reason }| RawLeave { from, to, reason });
    let change = DutyChange { hours: asked.hours, skills: asked.skills, base, away, back: asked.back };
    Ok(Json(actions::change_duty(ctx.kernel(), call, me(&ctx)?, change).await?))
}
