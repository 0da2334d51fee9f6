//! Counts the requests and the errors of a log, before and after the cut-over, line by line.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::entry::{Entry, Form};
use super::frame::Frame;
use super::rise::Sample;
use super::route;

/// How many routes are told apart; a scan of random paths would fill the memory otherwise.
const ROUTES: usize = 20_000;

/// How zarpe itself says what it is: its own questions are no traffic.
const OWN: &str = "zarpe/";

/// The route of all others, once there are too many.
const OTHER: &str = "(other routes)";

/// Kinds of errors that are judged apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Requests in both windows, and the errors of each class among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    requests: [u64; 2],
    failed: [[u64; 2]; 2],
    errors: [[u64; 2]; 2],
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
        let of = |[client, server]: [[u64; 2]; 2]| match class {
            Class::Client => client,
            Class::Server => server,
        };
        let ([before, after], [failed_before, failed_after], [errors_before, errors_after]) =
            (self.requests, of(self.failed), of(self.errors));
        Pair {
            before: Sample { requests: before, failed: failed_before, errors: errors_before },
            after: Sample { requests: after, failed: failed_after, errors: errors_after },
        }
    }

    /// Requests in both windows.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.iter().sum()
    }

    fn add(&mut self, is_after: bool, failed: Option<Failed>) {
        let at = |pair: &mut [u64; 2]| {
            let [before, after] = pair;
            *(if is_after { after } else { before }) += 1;
        };
        at(&mut self.requests);
        let Some(Failed { class, is_new }) = failed else { return };
        let of = |[client, server]: &mut [[u64; 2]; 2]| match class {
            Class::Client => at(client),
            Class::Server => at(server),
        };
        of(&mut self.failed);
        if is_new {
            of(&mut self.errors);
        }
    }
}

/// The counts of a log.
#[derive(Debug)]
pub struct Tally {
    form: Form,
    windows: Windows,
    left_out: LeftOut,
    /// Lines that are not blank.
    pub lines: u64,
    /// Those among them that are no request.
    pub unread: u64,
    /// Requests that were left out on purpose.
    pub passed_over: u64,
    /// All routes together.
    pub all: Counts,
    /// Each route.
    pub routes: HashMap<String, Counts>,
    seen: HashSet<u64>,
    route: String,
    frame: Frame,
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(form: Form, windows: Windows, left_out: LeftOut) -> Self {
        Self {
            form,
            windows,
            left_out,
            lines: 0,
            unread: 0,
            passed_over: 0,
            all: Counts::default(),
            routes: HashMap::new(),
            seen: HashSet::new(),
            route: String::new(),
            frame: Frame::default(),
        }
    }

    /// Counts a line. Where a document of JSON over many lines begins, each of its records is one.
    pub fn add(&mut self, line: &str) {
        let line = line.trim_ascii_end();
        if self.frame.is_open() || matches!(self.form, Form::Json(_)) && Frame::begins(line) {
            let mut frame = std::mem::take(&mut self.frame);
            frame.push(line, &mut |record| self.line(record));
            self.frame = frame;
        } else if !line.is_empty() {
            self.line(line);
        }
    }

    fn line(&mut self, line: &str) {
        self.lines += 1;
        match self.form.read(line) {
            None => self.unread += 1,
            Some(entry) => self.count(&entry),
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
        if is_own || !targets.is_empty() && targets.is_match(&entry.target) {
            self.passed_over += 1;
            return;
        }
        let mut route = std::mem::take(&mut self.route);
        route::normalise(&entry.target, &mut route);
        let failed = Class::of(entry.status).map(|class| Failed { class, is_new: self.is_new(class, entry, &route) });
        self.all.add(is_after, failed);
        match self.routes.get_mut(&route) {
            Some(counts) => counts.add(is_after, failed),
            None => {
                let name = if self.routes.len() < ROUTES { route.clone() } else { OTHER.to_owned() };
                self.routes.entry(name).or_default().add(is_after, failed);
            }
        }
        self.route = route;
    }

    /// Whether this is the first such error of the client on the route in this minute: a burst of retries is one event, and
    /// only events that do not depend on each other can be counted against chance.
    fn is_new(&mut self, class: Class, entry: &Entry<'_>, route: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        (class as u8, entry.time.div_euclid(60), entry.client.as_ref(), route).hash(&mut hasher);
        entry.client.is_empty() || self.seen.insert(hasher.finish())
    }
}

#[cfg(test)]
mod tests {
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
    fn where_no_client_is_known_each_error_counts() {
        assert_eq!(errors(&tally(&[(601, "/a", 500, ""), (602, "/a", 500, "")]), Class::Server), (0, 2));
    }

    #[test]
    fn maintenance_scans_and_own_traffic_are_left_out() {
        let tally = tally(&[(300, "/a", 503, "x"), (601, "/wp-login", 404, "x"), (602, "/a", 500, "10.0.0.1")]);
        assert_eq!((tally.all, tally.passed_over), (Counts::default(), 2));
    }

    #[test]
    fn random_paths_do_not_fill_the_memory() {
        let mut tally = tally(&[]);
        for number in 0..ROUTES + 50 {
            let letters: String = format!("{number:05}").bytes().map(|digit| char::from(digit - b'0' + b'k')).collect();
            tally.add(&format!(r#"{{"ts":1,"path":"/{letters}","status":404}}"#));
        }
        assert_eq!(tally.routes.len(), ROUTES + 1);
        assert_eq!(tally.routes[OTHER].requests(), 50);
    }
}
