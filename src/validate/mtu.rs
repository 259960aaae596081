//! Which MTUs devices take.

use std::cmp::Reverse;

use crate::model::observed::{Link, Links};
use crate::model::{Mtu, NicName, Quoted};

/// Those of several devices that take the fewest MTUs.
#[derive(Debug)]
pub(super) struct Limits<'a> {
    /// Whose smallest MTU is the largest.
    small: Option<&'a Link>,
    /// Whose largest MTU is the smallest.
    large: Option<&'a Link>,
}

impl<'a> Limits<'a> {
    /// The limits of these NICs, as far as they are there.
    pub(super) fn of(nics: &[NicName], links: &'a Links) -> Self {
        let links = || nics.iter().filter_map(|nic| links.get(nic.as_str()));
        Self {
            small: links().min_by_key(|link| Reverse(link.min_mtu)),
            large: links().min_by_key(|link| max_mtu(link)),
        }
    }

    /// Whether all of them take it.
    ///
    /// # Errors
    /// The message for one that does not.
    pub(super) fn check(&self, mtu: Mtu) -> Result<(), String> {
        let bytes = u32::from(mtu.get());
        let strict = [self.small, self.large].into_iter().flatten();
        for link in strict {
            let (min, max) = (link.min_mtu, max_mtu(link));
            if !(min..=max).contains(&bytes) {
                let device = Quoted(link.name.as_str());
                return Err(format!(
                    "{device} takes an MTU of {min} to {max}, not {mtu}"
                ));
            }
        }
        Ok(())
    }
}

/// The kernel's 0 stands for no limit.
fn max_mtu(link: &Link) -> u32 {
    match link.max_mtu {
        0 => u32::from(u16::MAX),
        max => max,
    }
}
