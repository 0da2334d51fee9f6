//! What of the errors counts against chance: what one client repeats on one route within a minute is one event, unless many share its
//! address.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::heavy::Heavy;
use super::scatter::{Minute, together};
use super::silence::{self, Silence};
use super::tally::{Class, Table};

/// A minute in seconds.
const MINUTE: i64 = 60;

/// A day in seconds: traffic comes again at the same time of the day.
const DAY: i64 = 86_400;

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
    minutes: BTreeMap<i64, u64>,
    /// The minute that was read last, and the requests of it that are not counted in `minutes` yet.
    last: (i64, u64),
}

impl Side {
    fn ask(&mut self, minute: i64, name: &str) {
        self.heavy.add(|| client(name).unwrap_or_default());
        if self.last.0 != minute {
            let (before, requests) = std::mem::replace(&mut self.last, (minute, 0));
            *self.minutes.entry(before).or_default() += requests;
        }
        self.last.1 += 1;
    }

    /// The requests of each minute that has some.
    fn minutes(&self) -> BTreeMap<i64, u64> {
        let (last, requests) = self.last;
        let mut minutes = self.minutes.clone();
        *minutes.entry(last).or_default() += requests;
        minutes.retain(|_, requests| *requests > 0);
        minutes
    }
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
    /// Those of routes that are counted as one, by the number of that: the events and what counts beside them.
    pub(super) folds: HashMap<usize, (Table, Table)>,
    /// How many errors come together where nobody is known who made them, of clients and of the server; 1 where each comes alone.
    pub(super) together: [f64; 2],
}

impl Events {
    /// Counts a request, whatever became of it.
    pub(super) fn ask(&mut self, is_after: bool, minute: i64, name: &str) {
        if is_after { self.after.ask(minute, name) } else { self.before.ask(minute, name) }
    }

    /// Whether an error is an event of its own: a burst of retries is one event, and only events that do not depend on each
    /// other can be counted against chance. What one client asks for in vain on many routes, as who scans does, is one as well.
    pub(super) fn is_new(&mut self, class: Class, cell: Cell) -> bool {
        let key = |cell: Cell| {
            let mut hasher = DefaultHasher::new();
            (class as u8, cell).hash(&mut hasher);
            hasher.finish()
        };
        let is_scan = class == Class::Client && cell.client.is_some();
        let is_new = self.seen.insert(key(if is_scan { Cell { route: u32::MAX, ..cell } } else { cell }));
        if !is_new {
            self.repeats.entry(key(cell)).or_insert(Repeat { class, cell, times: 0 }).times += 1;
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
    ///
    /// `events` are those of routes that may belong to others, and `folds` says which do: there what is repeated on them all is.
    pub(super) fn shared(&self, events: &[(Class, Cell)], folds: &HashMap<u32, usize>) -> Shared {
        let mut shared =
            Shared { all: Table::default(), routes: HashMap::new(), folds: HashMap::new(), together: [1.0; 2] };
        let mut by_minute = self.by_minute.clone();
        let few = self.after.heavy.few_new(&self.before.heavy);
        let (before, after) = (self.before.minutes(), self.after.minutes());
        let minutes = [before.len() as u64, after.len() as u64];
        for Repeat { class, cell, times } in self.repeats.values() {
            let more = (*times).min(self.usual(cell.client, minutes, &few).saturating_sub(1));
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
        // How many are events on their own routes, and how many come beside them.
        let mut folded: HashMap<(usize, Class, Cell), (u64, u64)> = HashMap::new();
        let on = |class: Class, cell: Cell| Some((*folds.get(&cell.route)?, class, Cell { route: 0, ..cell }));
        for key in events.iter().filter_map(|(class, cell)| on(*class, *cell)) {
            folded.entry(key).or_default().0 += 1;
        }
        for (key, times) in
            self.repeats.values().filter_map(|Repeat { class, cell, times }| Some((on(*class, *cell)?, times)))
        {
            folded.entry(key).or_default().1 += times;
        }
        for ((fold, class, cell), (events, repeats)) in folded {
            let times = repeats + events.saturating_sub(1);
            let usual = self.usual(cell.client, minutes, &few).saturating_sub(1);
            let (errors, more) = shared.folds.entry(fold).or_default();
            *errors.at_mut(class, cell.is_after) += events.min(1);
            *more.at_mut(class, cell.is_after) += times.min(usual);
        }
        let minutes = |of: fn(&[u64; 2]) -> u64| -> Vec<Minute> {
            let errors = |minute| by_minute.get(minute).map_or(0, of);
            before.iter().map(|(minute, requests)| Minute { requests: *requests, errors: errors(minute) }).collect()
        };
        shared.together = [together(&minutes(|[client, _]| *client)), together(&minutes(|[_, server]| *server))];
        shared
    }

    /// How many requests of a client are usual in a minute; any number where nobody knows who asks. It is what it made before the
    /// cut-over. More than half of all requests after it are no single person's: one address that makes them, or a few that were not
    /// there before, took the place of a proxy.
    fn usual(&self, client: Option<u64>, [before, after]: [u64; 2], few: &HashSet<u64>) -> u64 {
        let Some(client) = client else { return u64::MAX };
        let a_minute = |side: &Side, minutes: u64| side.heavy.least(client) / minutes.max(1);
        let is_most = self.after.heavy.least(client) * 2 > self.after.heavy.requests;
        let is_proxy = is_most || few.contains(&client);
        a_minute(&self.before, before).max(if is_proxy { a_minute(&self.after, after) } else { 0 })
    }

    /// How many requests would have come in a silence, by what came before the cut-over: at the same time of the day before, where the
    /// traffic was watched then, else at its mean rate. None are expected where it paused for as long more than once: once may have
    /// been a silence as well.
    pub(super) fn expected(&self, silence: &Silence, closed: &[Range<i64>]) -> f64 {
        let minutes = self.before.minutes();
        let Some((first, last)) = minutes.keys().next().zip(minutes.keys().next_back()) else { return 0.0 };
        let watched = first * MINUTE..(last + 1) * MINUTE;
        let then = silence.time.start - DAY..silence.time.end - DAY;
        if watched.start <= then.start && then.end <= watched.end {
            return minutes.range(minute(then.start)..minute(then.end)).map(|(_, requests)| *requests as f64).sum();
        }
        let pauses = silence::within(&minutes.keys().copied().collect::<Vec<_>>(), &watched, closed);
        if pauses.iter().filter(|pause| pause.seconds >= silence.seconds).count() > 1 {
            return 0.0;
        }
        let open = watched.end - watched.start - silence::overlap(&watched, closed);
        self.before.heavy.requests as f64 / open.max(MINUTE) as f64 * silence.seconds as f64
    }

    /// The times within a window after the cut-over in which nothing was asked.
    pub(super) fn silences(&self, window: &Range<i64>, closed: &[Range<i64>]) -> Vec<Silence> {
        silence::within(&self.after.minutes().keys().copied().collect::<Vec<_>>(), window, closed)
    }
}
