//! What a connection keeps up for its clients: monitors and locks.

use std::sync::Weak;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::driver::{Driver, now};
use super::request::{Role, Waiting};
use super::serving;
use crate::ovsdb::call::encode;
use crate::ovsdb::error::{Error, Kind};
use crate::ovsdb::lock::{Claim, LockChange};
use crate::ovsdb::monitor::{Follower, Method, Report};
use crate::ovsdb::wire::RpcError;

impl Driver {
    /// The server has answered whether it follows.
    pub(super) fn followed(
        &mut self,
        number: u64,
        follower: &Weak<dyn Follower>,
        method: &'static str,
        outcome: &Result<Bytes, RpcError>,
    ) -> Result<(), Error> {
        match (outcome, follower.upgrade()) {
            (Ok(reply), Some(following)) => match following.begin(number, method, reply) {
                Ok(true) => drop(self.followers.insert(number, follower.clone())),
                Ok(false) => {}
                Err(source) => return Err(self.inapplicable(following.database(), source)),
            },
            (Ok(_), None) => self.unfollowed.push(number),
            (Err(_), Some(following)) => following.stop(number),
            (Err(_), None) => {}
        }
        Ok(())
    }

    /// Asks for the reports by an older method, if there is one. Gives back who cannot be helped.
    pub(super) fn ask_older(&mut self, waiting: Waiting) -> Option<Waiting> {
        let older = || {
            let Role::Follow(number, follower) = &waiting.role else {
                return None;
            };
            let method = Method::named(waiting.method)?.older()?;
            let params = follower.upgrade()?.request(method, *number)?;
            Some((method.name(), params))
        };
        let Some((method, params)) = older() else {
            return Some(waiting);
        };
        tracing::debug!(remote = %self.remote, method, "an older server");
        match self.session.request(method, params, Some(waiting.deadline)) {
            Ok(id) => {
                self.waiting.insert(id, Waiting { method, ..waiting });
                None
            }
            Err(_) => Some(waiting),
        }
    }

    /// Hands a report to the copy that follows under its number.
    pub(super) fn update(&mut self, params: &[u8]) -> Result<(), Error> {
        let report = Report::read(params).map_err(|source| Kind::UpdateForm {
            remote: self.remote.clone(),
            source,
        })?;
        let number = report.number.get().parse().ok();
        let follower = number.and_then(|number| self.followers.get(&number)?.upgrade());
        match follower {
            Some(follower) => {
                follower
                    .update(&report)
                    .map_err(|source| self.inapplicable(follower.database(), source))?;
                if number == Some(serving::NUMBER) {
                    self.judge()?;
                }
                Ok(())
            }
            None => {
                // Between asking for the end of a monitor and the server's reading of it.
                tracing::trace!("an update that nobody follows");
                Ok(())
            }
        }
    }

    /// The server has ended the monitor of this `[number]` by itself.
    pub(super) fn cancel(&mut self, params: &[u8]) -> Result<(), Error> {
        let [number]: [&RawValue; 1] =
            serde_json::from_slice(params).map_err(|source| Kind::UpdateForm {
                remote: self.remote.clone(),
                source,
            })?;
        let Ok(number) = number.get().parse() else {
            return Ok(());
        };
        let Some(follower) = self.followers.get(&number).and_then(Weak::upgrade) else {
            return Ok(());
        };
        // Converted, it can be followed anew; removed, it is missed like a lost connection.
        if self.options.reconnect.is_some() && follower.lose(number) {
            self.resuming.push(number);
        } else {
            self.followers.remove(&number);
            follower.stop(number);
        }
        Ok(())
    }

    /// The server has answered whether it gives a lock.
    pub(super) fn locked(
        &mut self,
        name: &str,
        claim: &Weak<Claim>,
        outcome: &Result<Bytes, RpcError>,
    ) -> Result<(), Error> {
        match (outcome, claim.upgrade()) {
            (Ok(reply), Some(claim)) => claim
                .answered(reply)
                .map_err(|source| self.no_lock(source))?,
            (Ok(_), None) => {}
            (Err(_), _) => drop(self.locks.remove(name)),
        }
        Ok(())
    }

    /// The server has given a lock, or taken it away.
    pub(super) fn change_lock(&mut self, change: LockChange, params: &[u8]) -> Result<(), Error> {
        let [name]: [String; 1] =
            serde_json::from_slice(params).map_err(|source| self.no_lock(source))?;
        if let Some(claim) = self.locks.get(&name).and_then(Weak::upgrade) {
            claim.change(change);
        }
        Ok(())
    }

    /// Monitors that were dropped are ended on the server too.
    pub(super) fn forget_dropped(&mut self) {
        let gone = self
            .followers
            .extract_if(|_, follower| follower.strong_count() == 0);
        self.unfollowed.extend(gone.map(|(number, _)| number));
        let gone = self.locks.extract_if(|_, claim| claim.strong_count() == 0);
        self.unlocked.extend(gone.map(|(name, _)| name));
    }

    pub(super) fn unfollow(&mut self) {
        while self.session.has_room() {
            let Some(number) = self.unfollowed.pop() else {
                return;
            };
            let params = Bytes::from(format!("[{number}]"));
            let deadline = now().checked_add(self.options.request_timeout);
            let _: Result<_, _> = self.session.request("monitor_cancel", params, deadline);
        }
    }

    /// Gives back the locks whose values were dropped.
    pub(super) fn unlock(&mut self) {
        while self.session.has_room() {
            let Some(name) = self.unlocked.pop() else {
                return;
            };
            if let Ok(params) = encode("unlock", &[name]) {
                self.ask_aside("unlock", params, Role::Plain);
            }
        }
    }

    pub(super) fn no_lock(&self, source: serde_json::Error) -> Error {
        let remote = self.remote.clone();
        Kind::LockForm { remote, source }.into()
    }

    pub(super) fn inapplicable(&self, database: &str, source: serde_json::Error) -> Error {
        let remote = self.remote.clone();
        let database = database.to_owned();
        Kind::Update {
            remote,
            database,
            source,
        }
        .into()
    }
}
