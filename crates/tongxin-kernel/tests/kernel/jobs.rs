//! Jobs: done at least once whatever happens to a server, and by one server at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tongxin_base::{Error, Id, Result};
use tongxin_db::{params, sql};
use tongxin_kernel::{Kernel, QueueState, Who};

use crate::house::{House, on_each, refusal, script, tell, told};

/// Tells of something, once, and answers its id.
async fn event(house: &House, kernel: &Kernel, topic: &'static str, word: &str) -> String {
    let (id, word): (Id<()>, _) = (kernel.world().id(), word.to_owned());
    let call = kernel.call(&house.tenant, &Who::Nobody);
    let act = kernel.act(call, "deeds.tell", move |act| {
        tell(act, topic, id, &word);
        Ok(())
    });
    act.await.expect("an act");
    id.to_string()
}

async fn queue(house: &House) -> QueueState {
    house.kernel.queue_state(house.tenant.id).await.expect("its state")
}

async fn work_off(kernel: &Kernel) -> u64 {
    kernel.work_off().await.expect("the jobs are done")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_subscriber_is_told_of_each_event_once() {
    on_each(async |house| {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told_to = Arc::clone(&heard);
        let word = script(house.kernel.world(), move |_, job| {
            let heard = Arc::clone(&told_to);
            async move {
                heard.lock().expect("the list").push((job.tenant.id, told(&job), job.payload["topic"].clone()));
                Ok(())
            }
        });
        let one = event(house, &house.kernel, "deeds.done", &word).await;
        let two = event(house, &house.kernel, "deeds.twice", &word).await;
        event(house, &house.kernel, "deeds.nobody_listens", &word).await;
        assert_eq!(queue(house).await, QueueState { waiting: 3, later: 0, dead: 0, oldest: Some(house.now()) });
        assert_eq!(work_off(&house.kernel).await, 3);
        assert_eq!(work_off(&house.kernel).await, 0);
        let mut heard = heard.lock().expect("the list").clone();
        heard.sort_by_key(|(_, _, topic)| topic.to_string());
        let tenant = house.tenant.id;
        assert_eq!(heard, [(tenant, one, "deeds.done".into()), (tenant, two, "deeds.twice".into())]);
        assert_eq!(queue(house).await, QueueState { waiting: 0, later: 0, dead: 0, oldest: None });
    })
    .await;
}

/// An event is written with the change itself: no change, no event.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_act_tells_nobody() {
    on_each(async |house| {
        let id: Id<()> = house.kernel.world().id();
        let call = house.kernel.call(&house.tenant, &Who::Nobody);
        let refused = house.kernel.act(call, "deeds.tell", move |act| {
            tell(act, "deeds.done", id, "nobody's");
            Err::<(), _>(refusal())
        });
        assert_eq!(refused.await, Err(refusal()));
        assert_eq!(queue(house).await.waiting, 0);
        let count = sql!("SELECT COUNT(*) FROM event WHERE tenant_id = $1");
        let tenant = house.tenant.id;
        let events =
            house.kernel.db().read(tenant, move |read| read.one(count, params![tenant], |row| row.take::<i64>()));
        assert_eq!(events.await, Ok(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_waits_longer_each_time_and_is_set_aside_in_the_end() {
    on_each(async |house| {
        for panics in [false, true] {
            let runs = Arc::new(AtomicU64::new(0));
            let counted = Arc::clone(&runs);
            let word = script(house.kernel.world(), move |_, _| {
                counted.fetch_add(1, Ordering::Relaxed);
                async move {
                    assert!(!panics, "a job may panic");
                    Err(Error::internal("not today"))
                }
            });
            let dead = queue(house).await.dead;
            event(house, &house.kernel, "deeds.done", &word).await;
            let other = script(house.kernel.world(), |_, _| async { Ok(()) });
            event(house, &house.kernel, "deeds.done", &other).await;
            let mut waits = Vec::new();
            assert_eq!(work_off(&house.kernel).await, 2, "the one does not keep the other");
            while let Some(oldest) = queue(house).await.oldest {
                let wait = oldest.since(house.now());
                house.pass(wait - Duration::from_micros(1));
                assert_eq!(work_off(&house.kernel).await, 0, "not before it is due");
                house.pass(Duration::from_micros(1));
                assert_eq!(work_off(&house.kernel).await, 1);
                waits.push(wait.as_secs());
            }
            assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]);
            assert_eq!(runs.load(Ordering::Relaxed), 12);
            assert_eq!(queue(house).await, QueueState { waiting: 0, later: 0, dead: dead + 1, oldest: None });
            house.pass(Duration::from_secs(1_000_000));
            assert_eq!(work_off(&house.kernel).await, 0, "what is set aside stays there");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_succeeds_at_the_second_attempt_is_done() {
    on_each(async |house| {
        let runs = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&runs);
        let word = script(house.kernel.world(), move |_, _| {
            let first = counted.fetch_add(1, Ordering::Relaxed) == 0;
            async move { if first { Err(Error::Unavailable) } else { Ok(()) } }
        });
        event(house, &house.kernel, "deeds.done", &word).await;
        assert_eq!(work_off(&house.kernel).await, 1);
        house.pass(Duration::from_secs(2));
        assert_eq!(work_off(&house.kernel).await, 1);
        assert_eq!((runs.load(Ordering::Relaxed), queue(house).await.waiting), (2, 0));
    })
    .await;
}

/// A server that cannot do a job, because it lacks the room, leaves it for one that can.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_room_that_is_not_there_waits_for_it() {
    on_each(async |house| {
        let word = script(house.kernel.world(), |_, _| async { Ok(()) });
        event(house, &house.kernel, "deeds.done", &word).await;
        let without = house.beside_without_the_room().await;
        assert_eq!(work_off(&without).await, 1);
        assert_eq!(queue(house).await.later, 1);
        house.pass(Duration::from_secs(2));
        assert_eq!(work_off(&house.kernel).await, 1);
        assert_eq!(queue(house).await.waiting, 0);
    })
    .await;
}

/// Takes a job on a server that dies while it does it.
async fn die_over(house: &House, runs: &Arc<AtomicU64>) {
    let before = runs.load(Ordering::SeqCst);
    let kernel = house.kernel.clone();
    let dying = tokio::spawn(async move { kernel.work_off().await });
    while runs.load(Ordering::SeqCst) == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    dying.abort();
    drop(dying.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_server_died_is_run_again_after_its_lease() {
    on_each(async |house| {
        let runs = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&runs);
        let word = script(house.kernel.world(), move |_, _| {
            let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
            async move { if first { futures_util::future::pending().await } else { Ok(()) } }
        });
        event(house, &house.kernel, "deeds.done", &word).await;
        die_over(house, &runs).await;
        let beside = house.beside(2).await;
        assert_eq!(work_off(&beside).await, 0, "it is still the dead one's");
        house.pass(Duration::from_secs(60) - Duration::from_micros(1));
        assert_eq!(work_off(&beside).await, 0);
        house.pass(Duration::from_micros(1));
        assert_eq!(work_off(&beside).await, 1);
        assert_eq!((runs.load(Ordering::SeqCst), queue(house).await.waiting), (2, 0));
    })
    .await;
}

/// A job that takes its server down with it must not do so for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_servers_is_set_aside() {
    on_each(async |house| {
        let runs = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&runs);
        let word = script(house.kernel.world(), move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
            futures_util::future::pending()
        });
        event(house, &house.kernel, "deeds.done", &word).await;
        for _ in 0..12 {
            die_over(house, &runs).await;
            house.pass(Duration::from_secs(60));
        }
        assert_eq!(work_off(&house.kernel).await, 1);
        assert_eq!(runs.load(Ordering::SeqCst), 12);
        assert_eq!(queue(house).await, QueueState { waiting: 0, later: 0, dead: 1, oldest: None });
    })
    .await;
}

/// Which events are being worked on, and how often each was.
#[derive(Default)]
struct Desk {
    running: BTreeSet<String>,
    runs: BTreeMap<String, u64>,
    clashes: u64,
}

impl Desk {
    async fn work(desk: &Mutex<Self>, id: String, work: impl Future<Output = Result<()>>) -> Result<()> {
        {
            let mut desk = desk.lock().expect("the desk");
            let clash = !desk.running.insert(id.clone());
            desk.clashes += u64::from(clash);
            *desk.runs.entry(id.clone()).or_default() += 1;
        }
        let done = work.await;
        desk.lock().expect("the desk").running.remove(&id);
        done
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_the_jobs_and_do_each_once() {
    on_each(async |house| {
        let beside = house.beside(2).await;
        let desk = Arc::new(Mutex::new(Desk::default()));
        let shared = Arc::clone(&desk);
        let word = script(house.kernel.world(), move |_, job| {
            let desk = Arc::clone(&shared);
            async move {
                Desk::work(&desk, told(&job), async {
                    tokio::task::yield_now().await;
                    Ok(())
                })
                .await
            }
        });
        let events: BTreeSet<String> =
            join_all((0..400).map(|_| event(house, &house.kernel, "deeds.done", &word))).await.into_iter().collect();
        // Several workers on each, so that claims of both are under way at the same moment again and again.
        let workers = async |kernel: &Kernel| join_all((0..6).map(|_| work_off(kernel))).await.iter().sum::<u64>();
        let (one, other) = tokio::join!(workers(&house.kernel), workers(&beside));
        assert_eq!(one + other, 400);
        eprintln!("shared {one} to {other}"); // how they share is the database's affair
        let desk = desk.lock().expect("the desk");
        assert_eq!(desk.clashes, 0);
        assert_eq!(desk.runs.keys().cloned().collect::<BTreeSet<_>>(), events);
        assert!(desk.runs.values().all(|runs| *runs == 1), "{:?}", desk.runs);
    })
    .await;
}

/// Jobs of one claim share its lease. A server that is slow over the first of them must not begin one that another
/// server may have taken by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_does_not_work_on_what_is_no_longer_its_own() {
    on_each(async |house| {
        let beside = house.beside(2).await;
        let desk = Arc::new(Mutex::new(Desk::default()));
        let (shared, clock) = (Arc::clone(&desk), Arc::clone(&house.clock));
        let word = script(house.kernel.world(), move |kernel, job| {
            let (desk, clock, beside) = (Arc::clone(&shared), Arc::clone(&clock), beside.clone());
            async move {
                let slow = async {
                    clock.advance(Duration::from_secs(25));
                    // The other server looks for work in the middle of ours; it does what it finds at once.
                    if !std::ptr::eq(kernel.db(), beside.db()) && desk.lock().expect("the desk").running.len() == 1 {
                        Box::pin(tokio::spawn(async move { beside.work_off().await })).await.expect("no panic")?;
                    }
                    Ok(())
                };
                Desk::work(&desk, told(&job), slow).await
            }
        });
        for _ in 0..8 {
            event(house, &house.kernel, "deeds.done", &word).await;
        }
        work_off(&house.kernel).await;
        assert_eq!(queue(house).await.waiting, 0);
        let desk = desk.lock().expect("the desk");
        assert_eq!(desk.clashes, 0, "{:?}", desk.runs);
        assert_eq!(desk.runs.len(), 8);
        assert!(desk.runs.values().all(|runs| *runs == 1), "{:?}", desk.runs);
    })
    .await;
}

/// The worker in the background hears of an act's events at once, and does not spin when there is nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_woken() {
    on_each(async |house| {
        let done = Arc::new(tokio::sync::Notify::new());
        let tell = Arc::clone(&done);
        let word = script(house.kernel.world(), move |_, _| {
            tell.notify_one();
            async { Ok(()) }
        });
        let kernel = house.kernel.clone();
        let worker = tokio::spawn(async move { kernel.work().await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        event(house, &house.kernel, "deeds.done", &word).await;
        let heard = tokio::time::timeout(Duration::from_millis(700), done.notified()).await;
        worker.abort();
        heard.expect("at once, and not at the next second");
    })
    .await;
}
