//! What of the errors counts against chance: what one client repeats on one route within a minute is one event, unless many share its
//! address.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::heavy::Heavy;
use super::silence::{self, Silence};
use super::tally::{Class, Table};

/// A minute in seconds.
const MINUTE: i64 = 60;

/// Where a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    /// Whether it is after the cut-over.
    pub(super) is_after: bool,
    /// When, in minutes since 1970.
    pub(super) minute: i64,
    /// Who asked, as [`client`] tells.
    pub(super) client: Option<u64>,
    /// The number of the route.
    pub(super) route: u32,
}

/// The minute of a time, which is in seconds since 1970.
pub(super) fn minute(time: i64) -> i64 {
    time.div_euclid(MINUTE)
}

/// A client as a number; `None` where the log does not say who it is.
pub(super) fn client(name: &str) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    (!name.is_empty()).then(|| hasher.finish())
}

/// What is known of who asks, and of what is repeated.
#[derive(Debug, Default)]
pub(super) struct Events {
    seen: HashSet<u64>,
    repeats: HashMap<u64, Repeat>,
    before: Side,
    after: Side,
    /// Events before the cut-over, by minute: of clients, of the server.
    by_minute: HashMap<i64, [u64; 2]>,
}

#[derive(Debug, Default)]
struct Side {
    heavy: Heavy,
    minutes: HashSet<i64>,
    last: Option<i64>,
}

/// An event that came more than once.
#[derive(Debug)]
struct Repeat {
    class: Class,
    cell: Cell,
    times: u64,
}

/// What counts beside the events: repeats at addresses that many share.
#[derive(Debug)]
pub(super) struct Shared {
    /// On all routes.
    pub(super) all: Table,
    /// By the number of the route.
    pub(super) routes: HashMap<u32, Table>,
    /// How many errors come together where nobody is known who made them, of clients and of the server; 1 where each comes alone.
    pub(super) together: [f64; 2],
}

impl Events {
    /// Counts a request, whatever became of it.
    pub(super) fn ask(&mut self, is_after: bool, minute: i64, name: &str) {
        let side = if is_after { &mut self.after } else { &mut self.before };
        side.heavy.add(|| client(name).unwrap_or_default());
        if side.last != Some(minute) {
            side.last = Some(minute);
            side.minutes.insert(minute);
        }
    }

    /// Whether an error is an event of its own: a burst of retries is one event, and only events that do not depend on each
    /// other can be counted against chance.
    pub(super) fn is_new(&mut self, class: Class, cell: Cell) -> bool {
        let mut hasher = DefaultHasher::new();
        (class as u8, cell).hash(&mut hasher);
        let key = hasher.finish();
        let is_new = self.seen.insert(key);
        if !is_new {
            self.repeats.entry(key).or_insert(Repeat { class, cell, times: 0 }).times += 1;
        } else if !cell.is_after {
            let [client, server] = self.by_minute.entry(cell.minute).or_default();
            *(if class == Class::Client { client } else { server }) += 1;
        }
        is_new
    }

    /// What counts beside the events, once all is read.
    ///
    /// A client that asks so many times in every minute is no person who tries again, but the address of a proxy: as many errors of
    /// it count in a minute as it has requests in one. Those that it hides come in bursts as well, which the scatter of the errors from
    /// minute to minute before the cut-over shows: where they come alone its variance is its mean (Poisson).
    pub(super) fn shared(&self) -> Shared {
        let mut shared = Shared { all: Table::default(), routes: HashMap::new(), together: [1.0; 2] };
        let mut by_minute = self.by_minute.clone();
        let few = self.after.heavy.few();
        for Repeat { class, cell, times } in self.repeats.values() {
            let more = (*times).min(self.usual(cell.client, &few).saturating_sub(1));
            if more == 0 {
                continue;
            }
            *shared.all.at_mut(*class, cell.is_after) += more;
            *shared.routes.entry(cell.route).or_default().at_mut(*class, cell.is_after) += more;
            if !cell.is_after {
                let [client, server] = by_minute.entry(cell.minute).or_default();
                *(if *class == Class::Client { client } else { server }) += more;
            }
        }
        let minutes = self.before.minutes.len();
        shared.together = [
            together(by_minute.values().map(|[client, _]| *client), minutes),
            together(by_minute.values().map(|[_, server]| *server), minutes),
        ];
        shared
    }

    /// How many requests of a client are usual in a minute; any number where nobody knows who asks. It is what it made before the
    /// cut-over. More than half of all requests after it are no single person's: one address that makes them, or a few that were not
    /// there before, took the place of a proxy.
    fn usual(&self, client: Option<u64>, few: &HashSet<u64>) -> u64 {
        let Some(client) = client else { return u64::MAX };
        let a_minute = |side: &Side| side.heavy.least(client) / (side.minutes.len() as u64).max(1);
        let is_most = self.after.heavy.least(client) * 2 > self.after.heavy.requests;
        let is_proxy = is_most || self.before.heavy.least(client) == 0 && few.contains(&client);
        a_minute(&self.before).max(if is_proxy { a_minute(&self.after) } else { 0 })
    }

    /// How many requests would have come in so many seconds, by what came before the cut-over. None are expected where the traffic before
    /// paused for as long itself; where it was watched for a shorter time, nothing shows that it pauses.
    pub(super) fn expected(&self, seconds: u64, closed: &[Range<i64>]) -> f64 {
        let minutes = &self.before.minutes;
        let Some((first, last)) = minutes.iter().min().zip(minutes.iter().max()) else { return 0.0 };
        let watched = first * MINUTE..(last + 1) * MINUTE;
        if silence::within(minutes, &watched, closed).iter().any(|pause| pause.seconds >= seconds) {
            return 0.0;
        }
        let open = watched.end - watched.start - silence::overlap(&watched, closed);
        self.before.heavy.requests as f64 / open.max(MINUTE) as f64 * seconds as f64
    }

    /// The times within a window after the cut-over in which nothing was asked.
    pub(super) fn silences(&self, window: &Range<i64>, closed: &[Range<i64>]) -> Vec<Silence> {
        silence::within(&self.after.minutes, window, closed)
    }
}

/// The index of dispersion of counts, of which those that are 0 are not given: their variance by their mean, at least 1.
fn together(counts: impl Iterator<Item = u64>, minutes: usize) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for count in counts {
        sum += count as f64;
        squares += (count * count) as f64;
    }
    let minutes = minutes as f64;
    if sum == 0.0 || minutes < 2.0 {
        return 1.0;
    }
    let mean = sum / minutes;
    ((squares - sum * mean) / (minutes - 1.0) / mean).max(1.0)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case(&[], 10 => 1.0; "no errors")]
    #[test_case(&[1, 1, 1], 3 => 1.0; "one each minute")]
    #[test_case(&[5], 10 => 5.0; "five at once")]
    #[test_case(&[3], 1 => 1.0; "one minute shows nothing")]
    fn errors_that_come_together(counts: &[u64], minutes: usize) -> f64 {
        super::together(counts.iter().copied(), minutes)
    }
}
