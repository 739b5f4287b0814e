//! A month of matters for the demo, made through the real actions on a clock that the demo moves: each matter goes some
//! way through the loop, at the hours at which such things happen.

use std::sync::Arc;
use std::time::Duration;

use tongxin_base::{Clock, FixedClock, Result, Time, World};
use tongxin_kernel::{Facts, Kernel, PersonId, Rating, Role, Solved, Subject, Tenant, Who};
use tongxin_requests::actions::{self, Received};
use tongxin_requests::domain::{Channel, ContactHow, OrderId, RawReport, Report};

use super::people::Member;

/// How far back the demo begins.
pub const PERIOD: Duration = Duration::from_secs(30 * 24 * 3600);
/// How many matters there are.
const MATTERS: u32 = 60;
/// Of these, the newest are still on their way, so that there is something to do: this many at each place of the loop.
const UNDER_WAY: u32 = 4;

/// Category, words, and what was done about it.
const STORIES: [(&str, &str, &str); 14] = [
    ("0201", "单元门口的路灯晚上不亮，老人出门看不清台阶。", "更换了灯头，当晚已亮。"),
    ("0204", "小区没有公共晾衣架，大家把被子晒在树上，想装几副。", "在东侧空地装了六副晾衣架。"),
    ("0101", "垃圾桶两天没有清，已经堆到路上了。", "联系清运车当天清走，并冲洗了地面。"),
    ("0302", "楼上管道漏水，顺着墙流到一楼。", "关阀后更换了接头，已不漏。"),
    ("0203", "门口人行道的砖翘起来了，推婴儿车过不去。", "重新铺平了六平方米。"),
    ("0304", "消防通道上经常停车，救护车进不来。", "和车主沟通挪车，划了黄线，装了两根隔离柱。"),
    ("0401", "广场音响到晚上十点还很大声。", "和舞队商量好九点收场，音量调低。"),
    ("0503", "骑手中午没有地方热饭，希望驿站放一台微波炉。", "同心屋已放微波炉和饮水机。"),
    ("0501", "独居老人家里的灯坏了，自己够不着。", "上门换好，并检查了插座。"),
    ("0102", "楼前堆着装修垃圾，孩子容易磕碰。", "当天清走，已提醒装修单位。"),
    ("0301", "电梯运行时有异响，偶尔平层不准。", "维保单位更换了导靴，试运行正常。"),
    ("0303", "楼道里堆了旧家具，占了半边通道。", "和住户商量后搬走，楼道已畅通。"),
    ("0103", "单元门上贴满小广告。", "已清理干净，补刷了漆。"),
    ("0502", "腿脚不便，想请人帮忙代办居住证明。", "已代办并送到家里。"),
];

/// Lets the matters happen, from `clock`'s beginning to `now`.
///
/// # Errors
/// The first refusal or failure of an action.
pub async fn happen(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    people: &[Member],
    clock: &FixedClock,
    now: Time,
) -> Result<()> {
    let units = kernel.units(tenant.id)?;
    let grids: Vec<_> = units.iter().filter(|unit| unit.level == tongxin_kernel::Level::Grid).cloned().collect();
    let street = Street { kernel, tenant, people, clock };
    let (old, step) = (MATTERS - 3 * UNDER_WAY, PERIOD / MATTERS);
    for i in 0..MATTERS {
        let grid = &grids[index(kernel.world(), grids.len())];
        let story = STORIES[index(kernel.world(), STORIES.len())];
        // The newest stop where they are: in the pool, accepted, just received.
        let (born, until) = match (MATTERS - i - 1) / UNDER_WAY {
            place @ 0..=2 => (now - UNDER_WAY_SINCE * (place + 1), Until::place(place)),
            _ => (now - PERIOD + step * i.min(old), Until::Rated),
        };
        street.matter(born, grid, story, (now, until)).await?;
    }
    clock.set(now);
    Ok(())
}

/// How long ago matters at each place of the loop were born: an hour, two, three.
const UNDER_WAY_SINCE: Duration = Duration::from_secs(3600);

/// How far a matter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Received,
    Accepted,
    Open,
    Rated,
}

impl Until {
    const fn place(place: u32) -> Self {
        match place {
            0 => Self::Received,
            1 => Self::Accepted,
            _ => Self::Open,
        }
    }
}

fn index(world: &World, below: usize) -> usize {
    usize::try_from(world.below(u32::try_from(below).unwrap_or(1))).unwrap_or(0)
}

struct Street<'a> {
    kernel: &'a Kernel,
    tenant: &'a Arc<Tenant>,
    people: &'a [Member],
    clock: &'a FixedClock,
}

impl Street<'_> {
    /// Somebody with one of the roles who looks after a unit.
    async fn who(&self, roles: &[Role], unit_path: &str) -> Result<Who> {
        let fits = |member: &&Member| roles.contains(&member.role) && unit_path.starts_with(&member.unit_path);
        let fitting: Vec<PersonId> = self.people.iter().filter(fits).map(|member| member.id).collect();
        let chosen = fitting[index(self.kernel.world(), fitting.len())];
        Ok(Who::Person(self.kernel.person(self.tenant.id, chosen).await?))
    }

    fn call(&self, who: &Who) -> tongxin_kernel::Call {
        self.kernel.call(self.tenant, who)
    }

    /// Moves the clock on by some minutes; true while that is still in the past.
    fn later(&self, least: u32, most: u32, now: Time) -> bool {
        let minutes = least + self.kernel.world().below(most - least + 1);
        self.clock.advance(Duration::from_secs(60 * u64::from(minutes)));
        self.clock.now() < now
    }

    async fn matter(
        &self,
        born: Time,
        grid: &tongxin_kernel::Unit,
        (category, words, outcome): (&str, &str, &str),
        (now, until): (Time, Until),
    ) -> Result<()> {
        let world = self.kernel.world();
        self.clock.set(born);
        let (lat, lon) = grid.point.unwrap_or_default();
        let jitter = |x: f64, n: u32| format!("{:.6}", x + (f64::from(n) - 1000.0) / 1e6);
        let raw = RawReport {
            category: category.to_owned(),
            words: words.to_owned(),
            lat: jitter(lat, world.below(2001)),
            lon: jitter(lon, world.below(2001)),
            ..RawReport::default()
        };
        let received =
            actions::report(self.kernel, self.call(&Who::Nobody), Report::parse(&raw)?, Channel::Web).await?;
        let desk = self.who(&[Role::Secretary, Role::CommunityStaff], &grid.path).await?;
        if until == Until::Received || !self.later(5, 25, now) {
            return Ok(());
        }
        if until == Until::Rated && world.below(15) == 0 {
            let reason = "这件事归物业合同约定处理，我们已把电话转给您。";
            let why = actions::Decline { words: reason.to_owned(), ..actions::Decline::default() };
            return actions::decline(self.kernel, self.call(&desk), received.id, why).await.map(drop);
        }
        actions::accept(self.kernel, self.call(&desk), received.id).await?;
        if world.below(8) > 0 && self.later(5, 15, now) {
            let note = "已电话联系，说明了安排。".to_owned();
            actions::contact(self.kernel, self.call(&desk), received.id, ContactHow::Phone, note).await?;
        }
        if until == Until::Accepted || !self.later(5, 30, now) {
            return Ok(());
        }
        let order =
            actions::publish(self.kernel, self.call(&desk), received.id, actions::Where::default()).await?.order.id;
        if until == Until::Open {
            return Ok(());
        }
        self.work(&received, order, grid, outcome, now).await
    }

    async fn work(
        &self,
        received: &Received,
        order: OrderId,
        grid: &tongxin_kernel::Unit,
        outcome: &str,
        now: Time,
    ) -> Result<()> {
        let worker = self.who(&[Role::GridWorker, Role::PartTime], &grid.path).await?;
        debug_assert!(self.kernel.access().allows(&worker, "orders.grab", &Facts::default()), "workers may grab");
        if !self.later(5, 240, now) {
            return Ok(());
        }
        actions::grab(self.kernel, self.call(&worker), order).await?;
        if !self.later(10, 240, now) {
            return Ok(());
        }
        actions::start(self.kernel, self.call(&worker), order).await?;
        if !self.later(20, 1440, now) {
            return Ok(());
        }
        actions::complete(self.kernel, self.call(&worker), order, outcome).await?;
        if self.kernel.world().below(4) == 0 || !self.later(60, 2880, now) {
            return Ok(());
        }
        let solved = if self.kernel.world().below(10) == 0 { Solved::Partly } else { Solved::Yes };
        let satisfied = 3 + i64::from(self.kernel.world().below(3));
        let link = actions::link_token(self.kernel, &self.tenant.code, received.report);
        let rating = Rating { solved, satisfied, reasons: Vec::new() };
        let subject = Subject::new(tongxin_requests::domain::SUBJECT, received.id);
        let call = self.call(&Who::Nobody);
        tongxin_ratings::actions::rate(self.kernel, call, subject, Some(link), rating).await.map(drop)
    }
}
