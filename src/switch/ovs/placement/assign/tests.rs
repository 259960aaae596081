use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn placed(tags: &[u16], bridge: Option<usize>) -> Placed {
    Placed {
        tags: tags.to_vec(),
        bridge,
        networks: tags.len(),
    }
}

#[test]
fn a_fresh_host_has_the_fewest_bridges() {
    // First fit takes three: the first two share a bridge, which bars both of the others.
    let uplinks = [
        placed(&[1], None),
        placed(&[2], None),
        placed(&[2, 3], None),
        placed(&[1, 3], None),
    ];
    let assigned = assign(&uplinks, &[]);
    assert_eq!(assigned, [0, 1, 0, 1].map(Assignment::New), "{assigned:?}");
}

#[test]
fn the_one_with_fewer_networks_makes_way() {
    let uplinks = [placed(&[1, 2, 3], Some(0)), placed(&[3], Some(0))];
    let assigned = assign(&uplinks, &[Room::Open]);
    assert_eq!(assigned, [Assignment::Stay, Assignment::New(0)]);
    let uplinks = [placed(&[3], Some(0)), placed(&[1, 2, 3], Some(0))];
    let assigned = assign(&uplinks, &[Room::Open]);
    assert_eq!(assigned, [Assignment::New(0), Assignment::Stay]);
}

#[test]
fn nobody_moves_to_save_a_bridge() {
    let uplinks = [placed(&[1], Some(0)), placed(&[2], Some(1))];
    let assigned = assign(&uplinks, &[Room::Open; 2]);
    assert_eq!(assigned, [Assignment::Stay; 2]);
}

#[test]
fn newcomers_join_where_there_is_room() {
    let uplinks = [
        placed(&[1], Some(0)),
        placed(&[2], Some(1)),
        placed(&[1], None),
        placed(&[2], None),
        placed(&[], None),
    ];
    let assigned = assign(&uplinks, &[Room::Closed, Room::Open]);
    let expected = [
        Assignment::Stay,
        Assignment::Stay,
        Assignment::Join(1),
        Assignment::New(0),
        Assignment::Join(1),
    ];
    assert_eq!(assigned, expected);
}

/// The uplinks of each bridge afterwards.
fn bridges(uplinks: &[Placed], assigned: &[Assignment]) -> BTreeMap<(bool, usize), Vec<usize>> {
    let mut bridges: BTreeMap<(bool, usize), Vec<usize>> = BTreeMap::new();
    for (number, (uplink, assignment)) in uplinks.iter().zip(assigned).enumerate() {
        let bridge = match assignment {
            Assignment::Stay => (false, uplink.bridge.unwrap()),
            Assignment::Join(bridge) => (false, *bridge),
            Assignment::New(group) => (true, *group),
        };
        bridges.entry(bridge).or_default().push(number);
    }
    bridges
}

fn meet(one: &Placed, other: &Placed) -> bool {
    one.tags.iter().any(|tag| other.tags.contains(tag))
}

/// How many uplinks move, on how many bridges they are, and how many networks move.
fn cost(uplinks: &[Placed], assigned: &[Assignment]) -> (usize, usize, usize) {
    let moves = |(uplink, assignment): &(&Placed, &Assignment)| {
        uplink.bridge.is_some() && **assignment != Assignment::Stay
    };
    let moving: Vec<_> = uplinks.iter().zip(assigned).filter(moves).collect();
    let networks = moving.iter().map(|(uplink, _)| uplink.networks).sum();
    (moving.len(), bridges(uplinks, assigned).len(), networks)
}

/// The least cost of all assignments that are allowed.
fn brute_force(uplinks: &[Placed], rooms: &[Room]) -> (usize, usize, usize) {
    fn go(
        uplinks: &[Placed],
        rooms: &[Room],
        assigned: &mut Vec<Assignment>,
        best: &mut Option<(usize, usize, usize)>,
    ) {
        let Some(uplink) = uplinks.get(assigned.len()) else {
            let cost = cost(uplinks, assigned);
            if best.is_none_or(|best| cost < best) {
                *best = Some(cost);
            }
            return;
        };
        let open = (0..rooms.len()).filter(|bridge| rooms[*bridge] == Room::Open);
        let stay = uplink.bridge.map(|_| Assignment::Stay);
        let join = open
            .filter(|bridge| Some(*bridge) != uplink.bridge)
            .map(Assignment::Join);
        let new = (0..=uplinks.len()).map(Assignment::New);
        for place in stay.into_iter().chain(join).chain(new) {
            assigned.push(place);
            let together = bridges(uplinks, assigned);
            let last = assigned.len() - 1;
            let mine = together.values().find(|group| group.contains(&last));
            let clashes = mine
                .unwrap()
                .iter()
                .any(|other| *other != last && meet(&uplinks[*other], uplink));
            if !clashes {
                go(uplinks, rooms, assigned, best);
            }
            assigned.pop();
        }
    }
    let mut best = None;
    go(uplinks, rooms, &mut Vec::new(), &mut best);
    best.unwrap()
}

fn uplinks(
    count: std::ops::Range<usize>,
    tags: u16,
    bridges: usize,
) -> impl Strategy<Value = Vec<Placed>> {
    let tags = proptest::collection::btree_set(0..tags, 0..4);
    let uplink = (tags, proptest::option::of(0..bridges)).prop_map(|(tags, bridge)| Placed {
        networks: tags.len(),
        tags: tags.into_iter().collect(),
        bridge,
    });
    proptest::collection::vec(uplink, count)
}

fn rooms(count: usize) -> impl Strategy<Value = Vec<Room>> {
    let room = prop_oneof![Just(Room::Open), Just(Room::Closed)];
    proptest::collection::vec(room, count)
}

/// First fit of those that are not kept, in their order, on the open bridges and then on new ones.
fn first_fit(placed: &[Placed], rooms: &[Room], assigned: &[Assignment]) -> usize {
    let mut on: Vec<Vec<usize>> = vec![Vec::new(); rooms.len()];
    for (number, uplink) in placed.iter().enumerate() {
        if assigned[number] == Assignment::Stay {
            on[uplink.bridge.unwrap()].push(number);
        }
    }
    for (number, uplink) in placed.iter().enumerate() {
        if assigned[number] == Assignment::Stay {
            continue;
        }
        let fits = |bridge: &usize| {
            let is_open = rooms.get(*bridge).is_none_or(|room| *room == Room::Open);
            let in_use = *bridge >= rooms.len() || !on[*bridge].is_empty();
            is_open && in_use && !on[*bridge].iter().any(|it| meet(&placed[*it], uplink))
        };
        match (0..on.len()).find(fits) {
            Some(bridge) => on[bridge].push(number),
            None => on.push(vec![number]),
        }
    }
    on.iter().filter(|group| !group.is_empty()).count()
}

fn check(placed: &[Placed], rooms: &[Room]) -> Result<Vec<Assignment>, TestCaseError> {
    let assigned = assign(placed, rooms);
    prop_assert_eq!(&assigned, &assign(placed, rooms), "the same again");
    let together = bridges(placed, &assigned);
    for group in together.values() {
        for (place, one) in group.iter().enumerate() {
            for other in &group[place + 1..] {
                prop_assert!(!meet(&placed[*one], &placed[*other]), "{:?}", assigned);
            }
        }
    }
    for (number, assignment) in assigned.iter().enumerate() {
        match assignment {
            Assignment::Join(bridge) => prop_assert_eq!(rooms[*bridge], Room::Open),
            Assignment::Stay => {}
            Assignment::New(_) => {}
        }
        // Whoever moves had to.
        if *assignment != Assignment::Stay && placed[number].bridge.is_some() {
            let met = placed.iter().enumerate().any(|(other, it)| {
                other != number
                    && it.bridge == placed[number].bridge
                    && assigned[other] == Assignment::Stay
                    && meet(it, &placed[number])
            });
            prop_assert!(met, "{} of {:?}", number, assigned);
        }
    }
    let simple = first_fit(placed, rooms, &assigned);
    prop_assert!(together.len() <= simple, "{:?}", assigned);
    let groups: BTreeSet<usize> = assigned
        .iter()
        .filter_map(|it| match it {
            Assignment::New(group) => Some(*group),
            _ => None,
        })
        .collect();
    prop_assert!(groups.iter().copied().eq(0..groups.len()), "{:?}", groups);
    Ok(assigned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn few_uplinks_have_the_best_places(placed in uplinks(0..6, 5, 3), rooms in rooms(3)) {
        let assigned = check(&placed, &rooms)?;
        prop_assert_eq!(cost(&placed, &assigned), brute_force(&placed, &rooms));
    }

    #[test]
    fn up_to_twelve(placed in uplinks(6..13, 9, 4), rooms in rooms(4)) {
        check(&placed, &rooms)?;
    }

    #[test]
    fn many_uplinks_have_good_places(placed in uplinks(13..60, 12, 6), rooms in rooms(6)) {
        check(&placed, &rooms)?;
    }
}
