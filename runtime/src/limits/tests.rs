//! Doors and buckets let in what they may, and count back to nothing.

use std::net::Ipv4Addr;

use futures_util::FutureExt;
use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Enter(Option<u8>),
    Leave(prop::sample::Index),
    Advance(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => prop::option::of(0..4_u8).prop_map(Step::Enter),
        3 => any::<prop::sample::Index>().prop_map(Step::Leave),
        1 => (0..3_000_u64).prop_map(Step::Advance),
    ];
    prop::collection::vec(step, 1..120)
}

fn paused<T>(run: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("there is a runtime");
    runtime.block_on(run)
}

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, last).into()
}

proptest! {
    #[test]
    fn doors_let_in_what_they_may_and_count_back_to_nothing(
        steps in steps(),
        connections in 1..12_usize,
        connections_per_address in 1..5_usize,
        burst in 1..20_u32,
    ) {
        let handshakes = Rate::new(burst, 2.0);
        paused(async {
            let config = Config {
                connections,
                connections_per_address,
                handshakes,
                ..Config::default()
            };
            let doors = Doors::new(&config);
            let began = Instant::now();
            let mut places: Vec<(Option<u8>, Place)> = Vec::new();
            let mut tried = [0_u32; 4];
            for step in steps {
                match step {
                    Step::Enter(from) => {
                        let here = places.iter().filter(|(it, _)| *it == from).count();
                        let before = places.len();
                        match doors.enter(from.map(address)) {
                            Ok(place) => {
                                assert!(before < connections);
                                assert!(from.is_none() || here < connections_per_address);
                                places.push((from, place));
                            }
                            Err(Full::Process) => assert!(before >= connections),
                            Err(Full::Address) => assert!(here >= connections_per_address),
                            Err(Full::Handshakes(after)) => {
                                assert!(from.is_some() && after > Duration::ZERO);
                                continue;
                            }
                        }
                        if let Some(from) = from {
                            tried[usize::from(from)] += 1;
                            let passed = began.elapsed().as_secs_f64();
                            let most = f64::from(burst) + passed * handshakes.per_second;
                            assert!(f64::from(tried[usize::from(from)]) <= most + 1e-6);
                        }
                    }
                    Step::Leave(which) if !places.is_empty() => {
                        drop(places.swap_remove(which.index(places.len())));
                    }
                    Step::Leave(_) => {}
                    Step::Advance(time) => {
                        tokio::time::advance(Duration::from_millis(time)).await;
                    }
                }
                assert_eq!(doors.taken(), places.len());
                assert_eq!(doors.empty().now_or_never().is_some(), places.is_empty());
            }
            drop(places);
            assert_eq!(doors.taken(), 0);
            let mut addresses = lock(&doors.addresses);
            assert!(addresses.by.values().all(|address| address.taken == 0));
            // Nothing needs to be known of them once they may try as often as new ones.
            addresses.sweep(handshakes, Instant::now() + Duration::from_secs(60));
            assert!(addresses.by.is_empty());
        });
    }

    #[test]
    fn a_bucket_gives_no_more_than_its_rate(
        burst in 0..20_u32,
        per_second in 0.0..50.0_f64,
        pauses in prop::collection::vec(0..2_000_u64, 1..100),
    ) {
        let (rate, began) = (Rate::new(burst, per_second), Instant::now());
        let (mut bucket, mut now, mut given) = (Bucket::full(rate, began), began, 0.0);
        for pause in pauses {
            now += Duration::from_millis(pause);
            while bucket.take(1.0, rate, now) {
                given += 1.0;
            }
            let most = f64::from(burst) + (now - began).as_secs_f64() * per_second;
            prop_assert!(given <= most + 1e-6);
            // A clock that seems to go back gives nothing.
            prop_assert!(!bucket.take(1.0, rate, began));
        }
    }
}

#[test]
fn one_network_of_version_6_is_one_address() {
    let parse = |text: &str| network(text.parse().expect("it is one"));
    assert_eq!(parse("2001:db8::1"), parse("2001:db8::ffff:1"));
    assert_ne!(parse("2001:db8::1"), parse("2001:db8:0:1::1"));
    assert_eq!(parse("::ffff:10.0.0.1"), parse("10.0.0.1"));
}

#[test]
fn whoever_waits_for_the_last_place_is_woken() {
    paused(async {
        let doors = Doors::new(&Config::default());
        let place = doors.enter(None).expect("there is room");
        let waiting = Arc::clone(&doors);
        let waiting = tokio::spawn(async move { waiting.empty().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(place);
        waiting.await.expect("no panic");
    });
}
