use std::collections::HashMap;

use super::LinkChange;
use crate::model::NicName;
use crate::model::observed::Links;

/// The kernel's numbers of devices, by name: of those that are there, and of those that are to be
/// made, which are chosen beforehand so that others can refer to them.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    numbers: HashMap<NicName, u32>,
    next: u32,
}

impl Numbers {
    /// The numbers of devices that are there.
    pub fn of(links: &Links) -> Self {
        let numbers: HashMap<NicName, u32> = links
            .iter()
            .map(|link| (link.name.clone(), link.index))
            .collect();
        let next = numbers.values().max().copied().unwrap_or(0);
        let next = next.checked_add(1).unwrap_or(0);
        Self { numbers, next }
    }

    /// Chooses numbers for the devices that are made.
    pub fn choose(&mut self, changes: &[LinkChange]) {
        for change in changes {
            if let LinkChange::Add(device) = change
                && !self.numbers.contains_key(&device.name)
            {
                self.numbers.insert(device.name.clone(), self.next);
                self.next = self.next.checked_add(1).unwrap_or(0);
            }
        }
    }

    /// Chooses another number for a device that is to be made, away from those that the kernel gives
    /// to others, one after the other.
    pub fn choose_another(&mut self, name: &NicName) {
        const AWAY: u32 = 1 << 12;
        self.next = self.next.checked_add(AWAY).unwrap_or(1 << 20);
        self.numbers.insert(name.clone(), self.next);
        self.next = self.next.saturating_add(1);
    }

    /// Gives a device that is to be made the number that it had, if nobody else has it now.
    pub fn keep(&mut self, name: &NicName, before: &Numbers) {
        if let Some(number) = before.get(name)
            && !self.numbers.values().any(|taken| *taken == number)
        {
            self.numbers.entry(name.clone()).or_insert(number);
        }
    }

    /// The number of the device of this name.
    pub fn get(&self, name: &NicName) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}
