//! Counts the requests and the errors of a log, before and after the cut-over, line by line.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::entry::{Entry, Form};
use super::events::{self, Cell, Events};
use super::frame::Frame;
use super::rise::Sample;
use super::route;
use super::shape::Shape;
use super::siblings::{self, Folds};
use super::silence::{self, Silence};

/// How many routes are told apart; a scan of random paths would fill the memory otherwise.
const ROUTES: usize = 20_000;

/// In so many lines that are no request it is looked for what they lack.
const LOOKED_AT: u64 = 100;

/// How zarpe itself says what it is: its own questions are no traffic.
const OWN: &str = "zarpe/";

/// The route of all others, once there are too many.
const OTHER: &str = "(other routes)";

/// Kinds of errors that are judged apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 4xx: the caller's.
    Client,
    /// 5xx: the server's.
    Server,
}

impl Class {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Server, Self::Client];

    /// As people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "4xx",
            Self::Server => "5xx",
        }
    }

    fn of(status: u16) -> Option<Self> {
        match status {
            400..500 => Some(Self::Client),
            500..600 => Some(Self::Server),
            _ => None,
        }
    }
}

/// What is compared with what. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    /// The traffic that is compared with.
    pub before: Range<i64>,
    /// The traffic that is judged.
    pub after: Range<i64>,
    /// What belongs to neither: the site was in maintenance.
    pub maintenance: Vec<Range<i64>>,
}

/// Requests that are not counted.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    /// Paths of scans and the like.
    pub targets: regex::RegexSet,
    /// Clients, or programs, that are our own beside zarpe itself.
    pub own: regex::RegexSet,
}

/// A pair of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Before the cut-over.
    pub before: Sample,
    /// After it.
    pub after: Sample,
}

/// A number for each class and each side of the cut-over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Table([[u64; 2]; 2]);

impl Table {
    fn at(self, class: Class, is_after: bool) -> u64 {
        let Self([client, server]) = self;
        let [before, after] = if class == Class::Client { client } else { server };
        if is_after { after } else { before }
    }

    fn add(&mut self, other: Self) {
        for class in Class::ALL {
            for is_after in [false, true] {
                *self.at_mut(class, is_after) += other.at(class, is_after);
            }
        }
    }

    pub(super) fn at_mut(&mut self, class: Class, is_after: bool) -> &mut u64 {
        let Self([client, server]) = self;
        let [before, after] = if class == Class::Client { client } else { server };
        if is_after { after } else { before }
    }
}

/// Requests in both windows, and the errors of each class among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    requests: [u64; 2],
    failed: Table,
    errors: Table,
}

/// A request that failed.
#[derive(Clone, Copy, Debug)]
struct Failed {
    class: Class,
    /// Whether it counts as an error, or repeats one.
    is_new: bool,
}

impl Counts {
    /// The samples of one class.
    #[must_use]
    pub fn of(&self, class: Class) -> Pair {
        let [before, after] = self.requests;
        let sample = |requests, is_after| Sample {
            requests,
            failed: self.failed.at(class, is_after),
            errors: self.errors.at(class, is_after),
        };
        Pair { before: sample(before, false), after: sample(after, true) }
    }

    /// Requests in both windows.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.iter().sum()
    }

    fn add(&mut self, is_after: bool, failed: Option<Failed>) {
        let [before, after] = &mut self.requests;
        *(if is_after { after } else { before }) += 1;
        let Some(Failed { class, is_new }) = failed else { return };
        *self.failed.at_mut(class, is_after) += 1;
        *self.errors.at_mut(class, is_after) += u64::from(is_new);
    }

    /// Takes the requests of another route, with these events.
    fn join(&mut self, other: &Self, events: Table) {
        let ([before, after], [more_before, more_after]) = (&mut self.requests, other.requests);
        *before += more_before;
        *after += more_after;
        self.failed.add(other.failed);
        self.errors.add(events);
    }

    /// The same with what counts beside its events, of which so many come together. Where an address is shared, fewer events after the
    /// cut-over than alarm anybody are all that counts, for one burst may be all of them.
    fn with(mut self, more: Table, together: [f64; 2], least: u64) -> Self {
        let [client, server] = together;
        for (class, together) in [(Class::Client, client), (Class::Server, server)] {
            let is_shared = more.at(class, false) + more.at(class, true) > 0;
            for is_after in [false, true] {
                let events = self.errors.at_mut(class, is_after);
                if !is_shared || !is_after || *events >= least {
                    *events = ((*events + more.at(class, is_after)) as f64 / together).round() as u64;
                }
            }
        }
        self
    }
}

/// What was counted, once all is read.
#[derive(Debug)]
pub struct Total<'t> {
    /// All routes together.
    pub all: Counts,
    /// Each route; those of many things of a kind as one.
    pub routes: Vec<(Cow<'t, str>, Counts)>,
}

/// The counts of a log.
#[derive(Debug)]
pub struct Tally {
    form: Form,
    /// Of the line before.
    shape: Shape,
    windows: Windows,
    left_out: LeftOut,
    /// Lines that are not blank.
    pub lines: u64,
    /// Those among them that are no request.
    pub unread: u64,
    /// Those that are none behind a request after the cut-over, and all of its lines.
    pub unread_after: (u64, u64),
    /// Fields that all lack of the first lines of JSON that are no request.
    pub lacking: Option<Vec<&'static str>>,
    /// Requests that were left out on purpose.
    pub passed_over: u64,
    /// Whether the last request that was read is after the cut-over.
    is_after: bool,
    all: Counts,
    /// The number of each route, and what was counted of each number.
    routes: HashMap<String, u32>,
    counts: Vec<Counts>,
    /// The events of routes that are asked a few times.
    rare: Vec<(Class, Cell)>,
    events: Events,
    route: String,
    frame: Frame,
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(form: Form, windows: Windows, left_out: LeftOut) -> Self {
        Self {
            form,
            shape: Shape::default(),
            windows,
            left_out,
            lines: 0,
            unread: 0,
            unread_after: (0, 0),
            lacking: None,
            is_after: false,
            passed_over: 0,
            all: Counts::default(),
            routes: HashMap::new(),
            counts: Vec::new(),
            rare: Vec::new(),
            events: Events::default(),
            route: String::new(),
            frame: Frame::default(),
        }
    }

    /// Counts a line. Where a document of JSON over many lines begins, each of its records is one.
    pub fn add(&mut self, line: &str) {
        let line = if self.frame.is_open() { line } else { line.trim_ascii_end() };
        if self.frame.is_open() || matches!(self.form, Form::Json(_)) && Frame::begins(line) {
            let mut frame = std::mem::take(&mut self.frame);
            frame.push(line, &mut |record| self.line(record));
            self.frame = frame;
        } else if !line.is_empty() {
            self.line(line);
        }
    }

    /// More of the line before, which was too long: of a request nothing is lost by it, and a document of JSON may stand on one line.
    pub fn more(&mut self, line: &str) {
        if self.frame.is_open() {
            self.add(line);
        }
    }

    fn line(&mut self, line: &str) {
        self.lines += 1;
        let entry = self.form.read(line, &mut self.shape);
        if let Some(entry) = &entry {
            self.is_after = self.windows.after.contains(&entry.time);
        }
        let is_unread = u64::from(entry.is_none());
        self.unread += is_unread;
        if entry.is_none() && self.unread <= LOOKED_AT {
            self.look_for_fields(line);
        }
        if self.is_after {
            let (unread, lines) = self.unread_after;
            self.unread_after = (unread + is_unread, lines + 1);
        }
        if let Some(entry) = entry {
            self.count(&entry);
        }
    }

    /// Keeps the fields that a line lacks as all lines before it that are no request do.
    fn look_for_fields(&mut self, line: &str) {
        let Some(lacking) = self.form.lacking(line) else { return };
        match &mut self.lacking {
            Some(all) => all.retain(|field| lacking.contains(field)),
            None => self.lacking = Some(lacking),
        }
    }

    /// Counts a request.
    pub fn count(&mut self, entry: &Entry<'_>) {
        let Windows { before, after, maintenance } = &self.windows;
        let is_after = after.contains(&entry.time);
        if !is_after && !before.contains(&entry.time) || maintenance.iter().any(|window| window.contains(&entry.time)) {
            return;
        }
        let LeftOut { targets, own } = &self.left_out;
        let is_own = entry.agent.starts_with(OWN)
            || !own.is_empty() && (own.is_match(&entry.client) || own.is_match(&entry.agent));
        if is_own || !targets.is_empty() && targets.is_match(route::path_of(&entry.target)) {
            self.passed_over += 1;
            return;
        }
        let route = self.number_of(&entry.target);
        let minute = events::minute(entry.time);
        self.events.ask(is_after, minute, &entry.client);
        let cell = || Cell { is_after, minute, client: events::client(&entry.client), route };
        let failed = Class::of(entry.status).map(|class| Failed { class, is_new: self.events.is_new(class, cell()) });
        self.all.add(is_after, failed);
        if let Some(counts) = self.counts.get_mut(route as usize) {
            counts.add(is_after, failed);
            if let Some(Failed { class, is_new: true }) = failed
                && counts.requests() <= siblings::FEW
            {
                self.rare.push((class, cell()));
            }
        }
    }

    /// The number of a route, a new one where it has none yet.
    fn number_of(&mut self, target: &str) -> u32 {
        route::normalise(target, &mut self.route);
        if let Some(number) = self.routes.get(&self.route) {
            return *number;
        }
        let name = if self.routes.len() < ROUTES { &self.route } else { OTHER };
        let next = self.counts.len() as u32;
        let number = *self.routes.entry(name.to_owned()).or_insert(next);
        if number == next {
            self.counts.push(Counts::default());
        }
        number
    }

    /// What was counted; fewer errors than `least` alarm nobody.
    #[must_use]
    pub fn total(&self, least: u64) -> Total<'_> {
        let counted = || {
            self.routes
                .iter()
                .filter_map(|(name, number)| Some((name.as_str(), *number, self.counts.get(*number as usize)?)))
        };
        let route =
            |(name, number, counts): (_, _, &Counts)| siblings::Route { name, number, requests: counts.requests() };
        let Folds { names, of } = siblings::fold(&counted().map(route).collect::<Vec<_>>());
        let is_rare =
            |number: &u32| self.counts.get(*number as usize).is_some_and(|one| one.requests() <= siblings::FEW);
        let rare = of.iter().filter(|(number, _)| is_rare(number)).map(|(number, fold)| (*number, *fold)).collect();
        let shared = self.events.shared(&self.rare, &rare);
        let of_fold = |(fold, name): (usize, String)| {
            let (events, more) = shared.folds.get(&fold).copied().unwrap_or_default();
            (name, Counts { errors: events, ..Counts::default() }, more)
        };
        let mut folds: Vec<(String, Counts, Table)> = names.into_iter().enumerate().map(of_fold).collect();
        let mut routes = Vec::new();
        for (name, number, counts) in counted() {
            let more = shared.routes.get(&number).copied().unwrap_or_default();
            match of.get(&number).and_then(|fold| folds.get_mut(*fold)) {
                Some((_, all, _)) if rare.contains_key(&number) => all.join(counts, Table::default()),
                Some((_, all, beside)) => {
                    all.join(counts, counts.errors);
                    beside.add(more);
                }
                None => routes.push((Cow::Borrowed(name), counts.with(more, shared.together, least))),
            }
        }
        let whole = |(name, counts, more): (String, Counts, Table)| {
            (Cow::Owned(name), counts.with(more, shared.together, least))
        };
        routes.extend(folds.into_iter().map(whole));
        Total { all: self.all.with(shared.all, shared.together, least), routes }
    }

    /// How many requests came before the cut-over, and after it.
    #[must_use]
    pub fn requests(&self) -> Pair {
        self.all.of(Class::Server)
    }

    /// The times after the cut-over in which nothing was asked.
    #[must_use]
    pub fn silences(&self) -> Vec<Silence> {
        self.events.silences(&self.windows.after, &self.windows.maintenance)
    }

    /// How many requests would have come in a silence, by what came before the cut-over.
    #[must_use]
    pub fn expected(&self, silence: &Silence) -> f64 {
        self.events.expected(silence, &self.windows.maintenance)
    }

    /// The time that is judged, as the silence that it would be if nothing had been asked.
    #[must_use]
    pub fn judged(&self) -> Silence {
        let Windows { after, maintenance, .. } = &self.windows;
        let seconds = after.end - after.start - silence::overlap(after, maintenance);
        Silence { time: after.clone(), since: 0, seconds: u64::try_from(seconds).unwrap_or_default(), is_last: true }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn tally(lines: &[(i64, &str, u16, &str)]) -> Tally {
        let set = |patterns: &[&str]| regex::RegexSet::new(patterns).unwrap();
        let windows = Windows { before: 0..600, after: 600..1200, maintenance: vec![300..350, 350..400] };
        let left_out = LeftOut { targets: set(&["^/wp-"]), own: set(&["^10\\."]) };
        let mut tally = Tally::new(Form::Json(super::super::Fields::default()), windows, left_out);
        for (time, path, status, client) in lines {
            tally.add(&format!(r#"{{"ts":{time},"path":"{path}","status":{status},"client":"{client}"}}"#));
        }
        tally
    }

    fn errors(tally: &Tally, class: Class) -> (u64, u64) {
        let Pair { before, after } = tally.all.of(class);
        (before.errors, after.errors)
    }

    #[test]
    fn each_request_is_counted_on_its_side_of_the_cut_over() {
        let tally =
            tally(&[(1, "/a", 200, "x"), (599, "/a", 500, "x"), (600, "/a/7", 404, "x"), (1200, "/a", 500, "x")]);
        let Pair { before, after } = tally.all.of(Class::Server);
        assert_eq!((before.requests, after.requests), (2, 1));
        assert_eq!((errors(&tally, Class::Server), errors(&tally, Class::Client)), ((1, 0), (0, 1)));
        assert_eq!(tally.routes.len(), 2);
    }

    #[test]
    fn a_burst_of_one_client_is_one_error() {
        let burst = [(601, "/a/1", 500, "x"), (602, "/a/2", 500, "x"), (659, "/a/3", 503, "x")];
        let tally =
            tally(&[&burst[..], &[(660, "/a/1", 500, "x"), (661, "/a/1", 500, "y"), (662, "/b", 500, "x")]].concat());
        assert_eq!(
            errors(&tally, Class::Server),
            (0, 4),
            "another minute, another client and another route are others"
        );
        assert_eq!(tally.all.of(Class::Server).after.requests, 6);
    }

    #[test]
    fn who_scans_is_one_error_a_minute_and_a_server_that_fails_on_each_route_is_not() {
        let scan = |status: u16| {
            let paths: Vec<String> = (0..40).map(|at| format!("/{}{}", char::from(b'a' + at % 26), at / 26)).collect();
            let lines: Vec<_> = paths.iter().map(|path| (601, path.as_str(), status, "x")).collect();
            let tally = tally(&lines);
            Class::ALL.map(|class| tally.total(5).all.of(class).after.errors)
        };
        assert_eq!((scan(404), scan(500)), ([0, 1], [40, 0]));
    }

    /// Ten at once of whom each is another client, every five minutes.
    #[test]
    fn what_fails_for_many_at_once_comes_together() {
        let minutes = |from: i64, to: i64| (from..to).map(|at| (at, if at % 300 < 10 { 500 } else { 200 }));
        let windows = Windows { before: 0..6000, after: 6000..12_000, maintenance: Vec::new() };
        let mut tally = Tally::new(Form::Combined, windows, LeftOut::default());
        for (time, status) in minutes(0, 12_000) {
            let client = format!("c{time}").into();
            tally.count(&Entry { time, status, target: "/a".into(), client, agent: "".into() });
        }
        let Pair { before, after } = tally.total(5).all.of(Class::Server);
        assert_eq!((before.failed, after.failed), (200, 200));
        assert!(before.errors.abs_diff(25) <= 3 && before.errors == after.errors, "{before:?} {after:?}");
    }

    #[test]
    fn lines_that_are_none_belong_to_the_request_before_them() {
        let mut tally = tally(&[(1, "/a", 200, "x"), (2, "/a", 200, "x")]);
        tally.add("started");
        tally.add(r#"{"ts":700,"path":"/a","status":200}"#);
        tally.add("killed");
        tally.add("");
        assert_eq!((tally.unread, tally.lines, tally.unread_after), (2, 5, (1, 2)));
    }

    #[test]
    fn where_no_client_is_known_each_error_counts_once_one_burst_cannot_be_all_of_them() {
        let twice =
            |minutes: i64| (0..minutes).flat_map(|at| [(600 + at * 60, "/a", 500, ""), (601 + at * 60, "/a", 500, "")]);
        let counted = |minutes| tally(&twice(minutes).collect::<Vec<_>>()).total(5).all.of(Class::Server).after.errors;
        assert_eq!((counted(4), counted(5)), (4, 10));
    }

    /// So many requests of one client in each minute of the time before and after, of which so many fail.
    fn steady(client: &'static str, after: &'static str, failing: [i64; 2]) -> Tally {
        let side = |from: i64, minutes: i64, client: &'static str, failing: i64| {
            (0..minutes * 60).map(move |at| (from + at, "/a", if at % 60 < failing { 500 } else { 200 }, client))
        };
        let [before, rise] = failing;
        tally(&side(0, 5, client, before).chain(side(600, 10, after, rise)).collect::<Vec<_>>())
    }

    #[test_case("proxy", "proxy", [1, 60] => (5, 600); "an address of many")]
    #[test_case("proxy", "other", [1, 60] => (5, 600); "another one in its place")]
    #[test_case("proxy", "proxy", [6, 6] => (30, 60); "no rise")]
    fn errors_behind_a_proxy_count_each(before: &'static str, after: &'static str, failing: [i64; 2]) -> (u64, u64) {
        let Pair { before, after } = steady(before, after, failing).total(5).all.of(Class::Server);
        (before.errors, after.errors)
    }

    #[test]
    fn a_client_that_tries_again_and_again_is_no_proxy() {
        let mut tally = steady("proxy", "proxy", [0, 0]);
        for at in 0..599 {
            tally.count(&Entry {
                time: 600 + at,
                status: 500,
                target: "/a".into(),
                client: "impatient".into(),
                agent: "".into(),
            });
        }
        let after = tally.total(5).all.of(Class::Server).after;
        assert_eq!((after.requests, after.failed, after.errors), (1199, 599, 10));
    }

    /// Bursts behind a proxy: five at once, once in five minutes, are one error each.
    #[test]
    fn bursts_behind_a_proxy_are_known_by_how_they_scatter() {
        let minutes = |from: i64, to: i64| {
            (from..to).map(|second| (second, "/a", if second % 300 < 5 { 500 } else { 200 }, "proxy"))
        };
        let windows = Windows { before: 0..6000, after: 6000..12_000, maintenance: Vec::new() };
        let mut tally = Tally::new(Form::Combined, windows, LeftOut::default());
        for (time, path, status, client) in minutes(0, 12_000) {
            tally.count(&Entry { time, status, target: path.into(), client: client.into(), agent: "".into() });
        }
        let Pair { before, after } = tally.total(5).all.of(Class::Server);
        assert_eq!((before.failed, after.failed), (100, 100));
        assert!(before.errors.abs_diff(25) <= 3 && before.errors == after.errors, "{before:?} {after:?}");
    }

    #[test_case(&[0, 60, 120, 180], &[], 240 => 4.0; "as many a minute")]
    #[test_case(&[0, 60, 120, 180], &[], 480 => 8.0; "for longer than it was watched")]
    #[test_case(&[0, 180, 360], &[], 120 => 0.0; "it paused for as long before")]
    #[test_case(&[0, 60, 240, 300], &[], 120 => 1.33; "it paused for as long once")]
    #[test_case(&[0, 180, 360], &[], 180 => 1.29; "it never paused for so long")]
    #[test_case(&[0, 180, 360], &[(60, 180)], 120 => 1.2; "it paused for maintenance")]
    #[test_case(&[], &[], 60 => 0.0; "nothing came before")]
    fn what_would_have_come(before: &[i64], closed: &[(i64, i64)], silence: u64) -> f64 {
        let windows = Windows {
            before: 0..600,
            after: 600..1200,
            maintenance: closed.iter().map(|(start, end)| *start..*end).collect(),
        };
        let mut tally = Tally::new(Form::Combined, windows, LeftOut::default());
        for time in before {
            tally.count(&Entry { time: *time, status: 200, target: "/".into(), client: "x".into(), agent: "".into() });
        }
        let time = 600..600 + silence as i64;
        let expected = tally.expected(&Silence { time, since: 0, seconds: silence, is_last: true });
        (expected * 100.0).round() / 100.0
    }

    /// Nobody asks at night, on either day; and all day long somebody does.
    #[test]
    fn what_would_have_come_is_what_came_at_the_same_time_of_the_day_before() {
        const HOUR: i64 = 3600;
        let windows = Windows { before: 0..24 * HOUR, after: 24 * HOUR..48 * HOUR, maintenance: Vec::new() };
        let mut tally = Tally::new(Form::Combined, windows, LeftOut::default());
        for time in (0..24 * 60).map(|minute| minute * 60).filter(|time| !(6 * HOUR..12 * HOUR).contains(time)) {
            tally.count(&Entry { time, status: 200, target: "/".into(), client: "x".into(), agent: "".into() });
        }
        let expected = |from: i64, to: i64| {
            let time = (24 + from) * HOUR..(24 + to) * HOUR;
            tally.expected(&Silence { time, since: 0, seconds: ((to - from) * HOUR) as u64, is_last: false })
        };
        assert_eq!((expected(6, 12), expected(5, 12), expected(20, 23)), (0.0, 60.0, 180.0));
    }

    #[test]
    fn maintenance_scans_and_own_traffic_are_left_out() {
        let tally = tally(&[(300, "/a", 503, "x"), (601, "/wp-login", 404, "x"), (602, "/a", 500, "10.0.0.1")]);
        assert_eq!((tally.all, tally.passed_over), (Counts::default(), 2));
    }

    /// Each of these is asked once, before and after, and all fail after: by a client each, or in one burst.
    #[test_case("c{}" => (60, 60, 60); "many clients")]
    #[test_case("c" => (60, 60, 1); "one client")]
    #[test_case("" => (60, 60, 1); "one burst of who knows whom")]
    fn what_fails_on_many_things_of_a_kind_fails_on_one_route(client: &str) -> (u64, u64, u64) {
        let word = |at: u8| [at / 26, at % 26].map(|at| char::from(b'a' + at)).iter().collect::<String>();
        let mut tally = tally(&[]);
        for (time, status) in [(1, 200), (601, 500)] {
            for at in 0..60 {
                let target = format!("/articles/{}", word(if status == 500 { at } else { at + 100 })).into();
                let client = client.replace("{}", &at.to_string()).into();
                tally.count(&Entry { time, status, target, client, agent: "".into() });
            }
        }
        let total = tally.total(5);
        let [(name, counts)] = total.routes.as_slice() else { panic!("{total:?}") };
        assert_eq!(name, "/articles/{}");
        let Pair { before, after } = counts.of(Class::Server);
        (before.requests, after.failed, after.errors)
    }

    #[test]
    fn random_paths_do_not_fill_the_memory() {
        let mut tally = tally(&[]);
        for number in 0..ROUTES + 50 {
            let letters: String = format!("{number:05}").bytes().map(|digit| char::from(digit - b'0' + b'k')).collect();
            tally.add(&format!(r#"{{"ts":1,"path":"/{letters}","status":404}}"#));
        }
        assert_eq!(tally.routes.len(), ROUTES + 1);
        let total = tally.total(5);
        let names: Vec<(&str, u64)> = total.routes.iter().map(|(name, counts)| (&**name, counts.requests())).collect();
        assert_eq!((names.len(), names.contains(&(OTHER, 50)), names.contains(&("/{}", 20_000))), (2, true, true));
    }
}
