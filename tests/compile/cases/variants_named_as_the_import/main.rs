use depot::old::{Old, OldPair, OldState, OldUnit};

#[derive(Debug, Clone)]
enum Event {
    Old(Old),
    OldPair(OldPair, Box<Old>),
    OldUnit,
    State { old: Old, state: OldState },
}

impl From<Old> for Event {
    fn from(old: Old) -> Self {
        Self::Old(old)
    }
}

impl From<OldPair> for Event {
    fn from(OldPair(a, b): OldPair) -> Self {
        Event::OldPair(OldPair(b, a), Box::new(Old::new(a)))
    }
}

impl<'a> From<&'a OldUnit> for Event {
    fn from(OldUnit: &'a OldUnit) -> Self {
        Self::OldUnit
    }
}

fn weight(event: &Event) -> u32 {
    match event {
        Event::Old(Old { value }) => *value,
        Event::OldPair(OldPair(a, _), old) => a + old.value,
        Event::OldUnit => 0,
        Event::State { old: Old { value: old }, state: OldState::OldState } => *old,
        Event::State { old, state } => match state {
            OldState::Idle => old.value,
            _ => 9,
        },
    }
}

fn main() {
    let events = [
        Event::from(Old::new(3)),
        OldPair(1, 2).into(),
        (&OldUnit).into(),
        Event::State { old: Old { value: 5 }, state: OldState::OldState },
    ];
    for event in &events {
        println!("{event:?} {}", weight(event));
    }
}
