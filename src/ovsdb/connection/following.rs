//! What a connection keeps up for its clients: monitors and locks.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::driver::{Driver, now};
use super::request::{Refused, Role, Waiting};
use super::serving;
use crate::ovsdb::call::encode;
use crate::ovsdb::error::{Error, Kind};
use crate::ovsdb::lock::{Claim, LockChange};
use crate::ovsdb::monitor::{ConditionChange, Follower, Method, Report};
use crate::ovsdb::wire::RpcError;

type Reply = Result<Bytes, RpcError>;

/// A request: its method, its parameters and what it means.
type Question = (&'static str, Bytes, Role);

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

    /// Asks a server that refuses to report changes in another way, where there is one: by an older
    /// method, or for less, if its schema is older. Gives back what is an answer already.
    pub(super) fn ask_again(
        &mut self,
        mut waiting: Waiting,
        outcome: Reply,
    ) -> Option<(Waiting, Reply)> {
        let again = match (&waiting.role, &outcome) {
            (Role::Follow(number, follower), Err(error)) => {
                otherwise(*number, follower, waiting.method, error)
            }
            (Role::Adapt(refused), Ok(schema)) => refused.for_less(schema),
            _ => None,
        };
        if let Some((method, params, role)) = again {
            tracing::debug!(remote = %self.remote, method, "an older server");
            waiting.method = method;
            waiting.role = role;
            return match self.session.request(method, params, Some(waiting.deadline)) {
                Ok(id) => {
                    self.waiting.insert(id, waiting);
                    None
                }
                // Not met: there is the room of the request that was answered.
                Err(_) => Some((waiting, outcome)),
            };
        }
        // What the schema does not explain is told as it was.
        let Role::Adapt(refused) = waiting.role else {
            return Some((waiting, outcome));
        };
        waiting.method = refused.method.name();
        waiting.role = Role::Follow(refused.number, refused.follower);
        Some((waiting, Err(refused.error)))
    }

    /// The server has not said in time whether other conditions hold: what is wanted is read anew.
    pub(super) fn follow_anew(&mut self, change: &ConditionChange) {
        let (old, new) = (change.number, self.next_number);
        let is_wanted = |follower: Arc<dyn Follower>| follower.renumber(old, new);
        if change.follower.upgrade().is_some_and(is_wanted) {
            self.next_number += 1;
            self.followers.remove(&old);
            self.unfollowed.push(old);
            self.followers.insert(new, change.follower.clone());
            self.resuming.push(new);
        }
    }

    /// Hands a report to the copy that follows under its number.
    pub(super) fn update(&mut self, params: &[u8]) -> Result<(), Error> {
        let report = Report::read(params).map_err(|source| Kind::UpdateForm {
            remote: self.remote.clone(),
            source,
        })?;
        let number = report.number.get().parse().ok();
        let follower =
            number.and_then(|number| Some((number, self.followers.get(&number)?.upgrade()?)));
        match follower {
            Some((number, follower)) => {
                follower
                    .update(number, &report)
                    .map_err(|source| self.inapplicable(follower.database(), source))?;
                if number == serving::NUMBER {
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

    /// A lock that is given back is nobody's here any more.
    pub(super) fn give_back(&mut self, name: &str) {
        let claim = self.locks.remove(name);
        if let Some(claim) = claim.and_then(|claim| claim.upgrade()) {
            claim.change(LockChange::GivenBack);
        }
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

/// What to ask a server instead that refuses to report changes.
fn otherwise(
    number: u64,
    follower: &Weak<dyn Follower>,
    method: &str,
    error: &RpcError,
) -> Option<Question> {
    let method = Method::named(method)?;
    let following = follower.upgrade()?;
    if error.is_unknown_method() {
        let method = method.older()?;
        let params = following.request(method, number)?;
        return Some((
            method.name(),
            params,
            Role::Follow(number, follower.clone()),
        ));
    }
    // Whoever cannot be asked again cannot ask for less.
    following.request(method, number)?;
    let params = encode("get_schema", &[following.database()]).ok()?;
    let refused = Refused {
        number,
        follower: follower.clone(),
        method,
        error: error.clone(),
    };
    // A server without the database that tells of servers is older than it.
    (number != serving::NUMBER).then_some(("get_schema", params, Role::Adapt(refused)))
}

impl Refused {
    /// Asks for no more than the schema has.
    fn for_less(&self, schema: &[u8]) -> Option<Question> {
        let following = self.follower.upgrade()?;
        let params = following.adapt(self.method, self.number, schema).ok()??;
        let role = Role::Follow(self.number, self.follower.clone());
        Some((self.method.name(), params, role))
    }
}

/// The server has said whether it reports rows by other conditions now.
pub(super) fn conditions_changed(change: &ConditionChange, is_done: bool) {
    if let Some(follower) = change.follower.upgrade() {
        follower.conditions_changed(change.number, is_done.then_some(&change.conditions));
    }
}
