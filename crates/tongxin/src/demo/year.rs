//! A year of work for the demo, made through the real actions on a clock that the demo moves: what is due next in the whole
//! subdistrict happens next, and what the clock sets off (cards, lapses, assignments, closing) happens in between.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use tongxin_base::calendar::Limit;
use tongxin_base::{Clock, Error, FixedClock, Result, Time};
use tongxin_kernel::{Call, Kernel, Level, Located, Person, Rating, Role, Solved, Subject, Tenant, Unit, Who};
use tongxin_requests::actions::{self, Decline, Join, Sharing, Where};
use tongxin_requests::domain::{
    Category, Channel, ContactHow, DelegationId, OrderId, OrderState, RawReport, Report, ReportId, RequestId, SUBJECT,
    Status,
};
use tongxin_requests::store::{categories, orders, requests};

use super::people::Member;

/// How far back the demo begins.
pub const PERIOD: Duration = Duration::from_secs(365 * 24 * 3600);
/// The newest matters are still on their way, so that there is something to do: this many at each of three places.
const UNDER_WAY: u32 = 4;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// Category, words, and what was done about it.
struct Story {
    category: Category,
    words: String,
    outcome: String,
}

fn stories(categories: &[Category]) -> Vec<Story> {
    let ours = csv::Reader::from_reader(include_bytes!("stories.csv").as_slice()).into_records().filter_map(|record| {
        let record = record.ok()?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let category = categories.iter().find(|category| category.code == cell(0))?.clone();
        Some(Story { category, words: cell(1), outcome: cell(2) })
    });
    let mut out: Vec<Story> = ours.collect();
    // A programme with categories of its own: its names say what happens.
    let parents: Vec<&str> = categories.iter().filter_map(|category| category.parent.as_deref()).collect();
    for category in categories {
        let told = out.iter().any(|story| story.category.code == category.code);
        if !told && !parents.contains(&category.code.as_str()) && out.len() < 200 {
            let name = &category.name.zh;
            let (words, outcome) = (format!("{name}：请来看一下。"), format!("{name}：已处理好。"));
            out.push(Story { category: category.clone(), words, outcome });
        }
    }
    out
}

/// What comes next for a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Step,
    Join,
    Answer(usize),
}

/// How far a matter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Received,
    Accepted,
    Open,
    End,
}

struct Matter {
    story: usize,
    grid: Unit,
    until: Until,
    id: Option<RequestId>,
    reports: Vec<ReportId>,
    asked: Vec<(DelegationId, String)>,
    contacted: bool,
    waited: bool,
    refusals: u32,
}

struct Neighbour {
    role: Role,
    unit_path: String,
    who: Arc<Person>,
}

struct Street<'a> {
    kernel: &'a Kernel,
    tenant: Arc<Tenant>,
    people: Vec<Neighbour>,
    sites: Vec<Located>,
    clock: &'a FixedClock,
    stories: Vec<Story>,
    end: Time,
}

/// Lets `matters` happen until `end`, the first a year before; `progress` hears how many of a thousand parts are done.
///
/// # Errors
/// The first failure of an action.
pub async fn happen(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    members: &[Member],
    (clock, end): (&FixedClock, Time),
    matters: u32,
    progress: impl Fn(usize),
) -> Result<()> {
    let id = tenant.id;
    let categories = kernel.db().read(id, move |read| categories::all(read, id)).await?;
    let places = kernel.clone();
    let mut sites = kernel.db().read(id, move |read| places.places(read, id)).await?;
    sites.sort_by(|a, b| (&a.unit_path, &a.name.zh).cmp(&(&b.unit_path, &b.name.zh)));
    let mut people = Vec::new();
    for member in members {
        let who = kernel.person(id, member.id).await?;
        people.push(Neighbour { role: member.role, unit_path: member.unit_path.clone(), who });
    }
    let tenant = Arc::clone(tenant);
    let street = Street { kernel, tenant, people, sites, clock, stories: stories(&categories), end };
    let mut all = street.conceive(matters);
    let begin = clock.now();
    let mut due: BinaryHeap<Reverse<(Time, usize, Next)>> =
        all.iter().enumerate().map(|(at, (born, _))| Reverse((*born, at, Next::Step))).collect();
    while let Some(Reverse((at, which, next))) = due.pop() {
        if at > end {
            break;
        }
        clock.set(at.max(clock.now()));
        kernel.work_off().await?;
        let matter = &mut all[which].1;
        let outcome = match next {
            Next::Step => street.step(matter).await,
            Next::Join => street.join(matter).await,
            Next::Answer(which) => street.answer(matter, which).await,
        };
        let then = match outcome {
            Ok(then) => then,
            // Somebody or the clock was faster: look again later.
            Err(error) if error.is_refusal() => {
                matter.refusals += 1;
                vec![(clock.now() + HOUR * matter.refusals, Next::Step)]
            }
            Err(error) => return Err(error),
        };
        due.extend(then.into_iter().map(|(at, next)| Reverse((at, which, next))));
        progress(usize::try_from(1000 * clock.now().since(begin).as_secs() / PERIOD.as_secs()).unwrap_or(1000));
    }
    clock.set(end);
    kernel.work_off().await?;
    Ok(())
}

impl Street<'_> {
    fn dice(&self, below: u32) -> u32 {
        self.kernel.world().below(below.max(1))
    }

    /// True in so many of a hundred cases.
    fn chance(&self, percent: u32) -> bool {
        self.dice(100) < percent
    }

    fn pick(&self, of: usize) -> usize {
        usize::try_from(self.dice(u32::try_from(of).unwrap_or(u32::MAX))).unwrap_or(0)
    }

    /// When each matter is born, and where.
    fn conceive(&self, matters: u32) -> Vec<(Time, Matter)> {
        let grids: Vec<&Unit> = self.tenant.units.iter().filter(|unit| unit.level == Level::Grid).collect();
        let new = 3 * UNDER_WAY.min(matters / 6);
        let mut out = Vec::new();
        for i in 0..matters {
            let left = matters - i - 1;
            let (born, until) = if left < new {
                let place = left / (new / 3);
                let until = [Until::Received, Until::Accepted, Until::Open][usize::try_from(place).unwrap_or(2)];
                (self.end - HOUR * (place + 1), until)
            } else {
                let share = f64::from(i) / f64::from(matters);
                let around = self.end - PERIOD.mul_f64(1.0 - share) + HOUR * self.dice(48);
                (self.awake(around.min(self.end - HOUR * 30)), Until::End)
            };
            let (story, grid) = (self.pick(self.stories.len()), grids[self.pick(grids.len())].clone());
            let matter = Matter {
                story,
                grid,
                until,
                id: None,
                reports: Vec::new(),
                asked: Vec::new(),
                contacted: false,
                waited: false,
                refusals: 0,
            };
            out.push((born, matter));
        }
        out
    }

    /// The next moment at which people are up and about.
    fn awake(&self, at: Time) -> Time {
        let hour = at.in_zone(self.tenant.zone()).hour();
        let hour = u32::try_from(hour).unwrap_or(12);
        let wait = if hour < 7 {
            7 - hour
        } else if hour >= 21 {
            31 - hour
        } else {
            return at;
        };
        at + HOUR * wait + MINUTE * self.dice(90)
    }

    /// Some minutes from now, when people are up.
    fn soon(&self, least: u32, most: u32) -> Time {
        self.awake(self.clock.now() + MINUTE * (least + self.dice(most - least)))
    }

    /// Some minutes from now, in office hours; of what is to be under way in the end, soon.
    fn at_the_office(&self, matter: &Matter, least: u32, most: u32) -> Time {
        if matter.until != Until::End {
            return self.clock.now() + MINUTE * (3 + self.dice(12));
        }
        let mut at = self.clock.now() + MINUTE * (least + self.dice(most - least));
        for _ in 0..30 * 24 {
            if self.tenant.calendar.is_open(at) {
                return at;
            }
            at = at + MINUTE * 30;
        }
        at
    }

    /// Some time before a moment, mostly; sometimes after it.
    fn mostly_before(&self, due: Time) -> Time {
        let now = self.clock.now();
        let left = if due > now { due.since(now) } else { HOUR };
        let share = if self.chance(91) { 5 + self.dice(70) } else { 105 + self.dice(90) };
        self.awake(now + left * share / 100)
    }

    fn mostly_within(&self, limit: Limit) -> Time {
        self.mostly_before(self.tenant.calendar.due(self.clock.now(), limit))
    }

    /// Somebody with one of the roles who looks after a unit.
    fn somebody(&self, roles: &[Role], unit_path: &str) -> Result<Who> {
        let fits = |one: &&Neighbour| roles.contains(&one.role) && unit_path.starts_with(&one.unit_path);
        let fitting: Vec<&Neighbour> = self.people.iter().filter(fits).collect();
        let chosen = fitting.get(self.pick(fitting.len())).ok_or(Error::NotFound)?;
        Ok(Who::Person(Arc::clone(&chosen.who)))
    }

    fn call(&self, who: &Who) -> Call {
        self.kernel.call(&self.tenant, who)
    }

    fn desk(&self, matter: &Matter) -> Result<Who> {
        self.somebody(&[Role::Secretary, Role::CommunityStaff], &matter.grid.path)
    }

    async fn step(&self, matter: &mut Matter) -> Result<Vec<(Time, Next)>> {
        let Some(id) = matter.id else { return self.report(matter).await };
        let tenant = self.tenant.id;
        let now = self
            .kernel
            .db()
            .read(tenant, move |read| Ok((requests::one(read, tenant, id)?, orders::latest(read, tenant, id)?)));
        let (request, order) = now.await?;
        match (request.status, order) {
            (Status::Received, _) => self.triage(matter, id).await,
            (Status::Accepted, _) if matter.contacted || self.chance(12) => self.publish(matter, id).await,
            (Status::Accepted, _) => {
                let note = "已电话联系，说明了安排。".to_owned();
                actions::contact(self.kernel, self.call(&self.desk(matter)?), id, ContactHow::Phone, note).await?;
                matter.contacted = true;
                Ok(if matter.until == Until::Accepted {
                    Vec::new()
                } else {
                    vec![(self.at_the_office(matter, 5, 40), Next::Step)]
                })
            }
            (Status::Reopened, _) => self.publish(matter, id).await,
            (_, Some(order)) if order.state == OrderState::Open => {
                let worker = self.somebody(&[Role::GridWorker, Role::PartTime], &matter.grid.path)?;
                actions::grab(self.kernel, self.call(&worker), order.id).await?;
                Ok(vec![(self.mostly_within(self.stories[matter.story].category.start_limit), Next::Step)])
            }
            (_, Some(order)) if matches!(order.state, OrderState::Grabbed | OrderState::Working) => {
                let worker = order.worker_id.ok_or(Error::NotFound)?;
                let worker = Who::Person(self.kernel.person(self.tenant.id, worker).await?);
                self.work(matter, id, (order.id, order.state, order.deadline.due), worker, request.paused_at.is_some())
                    .await
            }
            (Status::Done, _) => self.rate(matter, id).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn report(&self, matter: &mut Matter) -> Result<Vec<(Time, Next)>> {
        let story = &self.stories[matter.story];
        let here: Vec<&Located> =
            self.sites.iter().filter(|site| site.unit_path.starts_with(&matter.grid.path)).collect();
        let mut raw =
            RawReport { category: story.category.code.clone(), words: story.words.clone(), ..RawReport::default() };
        let (way, by_code) = (self.dice(100), here.get(self.pick(here.len())));
        match (way, by_code) {
            (0..30, Some(site)) => raw.site.clone_from(&site.code),
            (30..42, _) => raw.place = format!("{}，靠近值班室", matter.grid.name.zh),
            _ => {
                let (lat, lon) = by_code.and_then(|site| site.point).or(matter.grid.point).unwrap_or_default();
                let beside = |x: f64| format!("{:.6}", x + (f64::from(self.dice(1001)) - 500.0) / 1e6);
                (raw.lat, raw.lon) = (beside(lat), beside(lon));
            }
        }
        let staff = way >= 90;
        let (who, channel) = if staff { (self.desk(matter)?, Channel::Staff) } else { (Who::Nobody, Channel::Web) };
        let received = actions::report(self.kernel, self.call(&who), Report::parse(&raw)?, channel).await?;
        matter.id = Some(received.id);
        matter.reports.push(received.report);
        let mut next = Vec::new();
        if matter.until != Until::Received {
            next.push((self.at_the_office(matter, 4, 110), Next::Step));
        }
        if matter.until == Until::End && self.chance(8) {
            next.push((self.soon(30, 900), Next::Join));
        }
        Ok(next)
    }

    async fn triage(&self, matter: &mut Matter, id: RequestId) -> Result<Vec<(Time, Next)>> {
        let desk = self.desk(matter)?;
        if matter.until == Until::End && self.chance(6) {
            let words = "这件事归物业合同约定处理，我们已把电话转给您。".to_owned();
            let why = Decline { words, ..Decline::default() };
            actions::decline(self.kernel, self.call(&desk), id, why).await?;
            return Ok(Vec::new());
        }
        actions::accept(self.kernel, self.call(&desk), id).await?;
        if matter.until == Until::Accepted {
            return Ok(Vec::new());
        }
        let mut next = vec![(self.at_the_office(matter, 5, 60), Next::Step)];
        let offices: Vec<&Unit> = self.tenant.units.iter().filter(|unit| unit.level == Level::Office).collect();
        if let (true, Some(office)) = (self.chance(5), offices.get(self.pick(offices.len()))) {
            let words = ("请一起到现场看一下。", "");
            let asked = actions::delegate(self.kernel, self.call(&desk), id, &office.code, words).await?;
            next.push((self.at_the_office(matter, 120, 2400), Next::Answer(matter.asked.len())));
            matter.asked.push((asked.delegation, office.path.clone()));
        }
        Ok(next)
    }

    async fn publish(&self, matter: &Matter, id: RequestId) -> Result<Vec<(Time, Next)>> {
        actions::publish(self.kernel, self.call(&self.desk(matter)?), id, Where::default()).await?;
        let grabbed = self.mostly_within(self.stories[matter.story].category.grab_limit);
        Ok(if matter.until == Until::Open { Vec::new() } else { vec![(grabbed, Next::Step)] })
    }

    async fn work(
        &self,
        matter: &mut Matter,
        id: RequestId,
        (order, state, due): (OrderId, OrderState, Time),
        worker: Who,
        paused: bool,
    ) -> Result<Vec<(Time, Next)>> {
        if state == OrderState::Grabbed {
            actions::start(self.kernel, self.call(&worker), order).await?;
            return Ok(vec![(self.mostly_before(due), Next::Step)]);
        }
        if paused {
            actions::resume_work(self.kernel, self.call(&worker), order).await?;
            return Ok(vec![(self.soon(30, 300), Next::Step)]);
        }
        if !matter.waited && self.chance(7) {
            matter.waited = true;
            actions::wait(self.kernel, self.call(&worker), order, "parts", "").await?;
            return Ok(vec![(self.soon(1440, 5760), Next::Step)]);
        }
        let outcome = &self.stories[matter.story].outcome;
        actions::complete(self.kernel, self.call(&worker), order, outcome).await?;
        if self.chance(2) {
            let desk = self.desk(matter)?;
            let why = ("weather", "暴雪封路，无法到场。");
            actions::exclude(self.kernel, self.call(&desk), id, why).await?;
            let above = self.somebody(&[Role::Subdistrict], &matter.grid.path)?;
            actions::decide_exclusion(self.kernel, self.call(&above), id, true).await?;
        }
        Ok(if self.chance(74) { vec![(self.soon(60, 4320), Next::Step)] } else { Vec::new() })
    }

    async fn rate(&self, matter: &Matter, id: RequestId) -> Result<Vec<(Time, Next)>> {
        let (solved, satisfied) = match self.dice(100) {
            0..80 => (Solved::Yes, 4 + i64::from(self.dice(2))),
            80..86 => (Solved::Yes, 3),
            86..90 => (Solved::Partly, 4),
            90..95 => (Solved::Partly, 3),
            _ => (Solved::No, 2),
        };
        let Some(report) = matter.reports.first() else { return Ok(Vec::new()) };
        let link = actions::link_token(self.kernel, &self.tenant.code, *report);
        let rating = Rating { solved, satisfied, reasons: Vec::new() };
        let (subject, call) = (Subject::new(SUBJECT, id), self.call(&Who::Nobody));
        tongxin_ratings::actions::rate(self.kernel, call, subject, Some(link), rating).await?;
        if solved == Solved::Yes && self.chance(20) {
            self.share(matter, id).await?;
        }
        Ok(if solved == Solved::No { vec![(self.at_the_office(matter, 30, 240), Next::Step)] } else { Vec::new() })
    }

    /// Staff let everybody read of it; what the stories say tells of nobody.
    async fn share(&self, matter: &Matter, id: RequestId) -> Result<()> {
        let Story { words, outcome, .. } = &self.stories[matter.story];
        let sharing = Sharing { words: words.clone(), outcome: outcome.clone(), sure: true };
        actions::share(self.kernel, self.call(&self.desk(matter)?), id, sharing).await
    }

    /// Somebody else met the same matter.
    async fn join(&self, matter: &mut Matter) -> Result<Vec<(Time, Next)>> {
        let Some(id) = matter.id else { return Ok(Vec::new()) };
        let words = "我也遇到了，希望早点处理。".to_owned();
        let join = Join { words, ..Join::default() };
        match actions::join(self.kernel, self.call(&Who::Nobody), id, join).await {
            Ok(received) => matter.reports.push(received.report),
            Err(error) if error.is_refusal() => {} // it is over already
            Err(error) => return Err(error),
        }
        Ok(Vec::new())
    }

    /// The office that was called answers.
    async fn answer(&self, matter: &Matter, which: usize) -> Result<Vec<(Time, Next)>> {
        let (Some(id), Some((delegation, office))) = (matter.id, matter.asked.get(which)) else {
            return Ok(Vec::new());
        };
        let there = self.people.iter().find(|one| one.unit_path == *office).ok_or(Error::NotFound)?;
        let call = self.call(&Who::Person(Arc::clone(&there.who)));
        match actions::answer(self.kernel, call, id, *delegation, "已到现场，配合处理好了。").await {
            Ok(_) => Ok(Vec::new()),
            Err(error) if error.is_refusal() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}
