//! Whether the errors of a log are abnormal: yes, no, or the traffic is too little to tell.

use std::borrow::Cow;

use super::binomial::at_least;
use super::rise::{Level, Sample};
use super::silence::Silence;
use super::tally::{Class, Counts, Pair, Tally, Total};
use crate::report::Verdict;

/// Beyond this share of lines that are no request, the log is not what it was said to be.
const UNREAD: f64 = 0.05;

/// A log that would show a rise less often than this is no evidence that there was none.
const POWER: f64 = 0.8;

/// The rise that must be visible: to so many times the rate before, but at least to this rate of all requests. It is what the
/// field calls an incident; a smaller one is nothing that a few minutes of traffic can show.
const JUMP: (f64, f64) = (5.0, 0.01);

/// A rise that must be visible is so many times the one that is let pass: one within it can never be seen.
const BEYOND: f64 = 2.5;

/// So many standard errors below a rate is what it is at least, nineteen times of twenty (normal distribution).
const LOWER_END: f64 = 1.64;

/// So sure it must be that errors are fewer than before.
const FALLEN: f64 = 0.99;

/// So many single errors are taken with those that were seen where none was, half as many beside one, and hardly any beside more.
const SINGLE: f64 = 1.0;

/// Where so large a share of all requests fails, five times as large as before, it is no yes, whatever it may come from.
const SERIOUS: f64 = 0.05;

/// A silence before the end is one where so many requests would have come, and each is a minute: some servers write their log a while later.
const SILENCE: (f64, u64) = (200.0, 60);

/// The share of the time that is judged which is silent at least, and the seconds that are enough of it, at its end.
const END: (f64, u64) = (0.1, 600);

/// The same before its end, where what answers now began late.
const GAP: (f64, u64) = (0.25, 1800);

/// Where the routes of so large a share of the requests are not asked any more, what goes on is something else.
const GONE: f64 = 0.9;

/// Where so many requests would have come and none did any more, it is no small service that nobody asks at night.
const EXPECTED: f64 = 20.0;

/// By what a log is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// How much a rate may rise, and how sure a rise must be.
    pub level: Level,
    /// Fewer requests than this, before or after, show nothing.
    pub least_requests: u64,
    /// Whether the routes with the most traffic are judged one by one as well: how many.
    pub routes: usize,
}

/// The errors of one class, on all routes or on one.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The class.
    pub class: Class,
    /// The route; all of them where it is absent.
    pub route: Option<String>,
    /// What was counted.
    pub counts: Pair,
    /// Whether its errors rose by more than they may, beyond chance.
    pub raised: bool,
    /// The fewest errors after the cut-over that would have been seen as a rise.
    pub smallest_seen: Option<u64>,
    /// The share of failing requests that must be visible, from 0 to 1.
    pub rise: f64,
    /// How often a rise to it would be seen, from 0 to 1.
    pub power: f64,
}

/// Why nothing can be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// Too many lines are no request.
    Unread,
    /// Too many lines after the cut-over are none.
    UnreadAfter,
    /// No request at all: it is hardly the log that was meant.
    Empty,
    /// No request before the cut-over: there is nothing to compare with.
    NoneBefore,
    /// For so long nothing was asked, though so many requests would have come.
    Silent(Silence, f64),
    /// The routes of this share of the requests before are not asked any more, though so many requests would have come.
    Gone(f64, f64),
    /// Many more requests failed, and they are repeats of so few clients that they may be one that tries again.
    Repeated(Class),
    /// Too few requests before the cut-over.
    FewBefore,
    /// Too few requests after it.
    FewAfter,
    /// All of the time after it was maintenance: no more traffic shows anything.
    Closed,
    /// A rise of these errors could have gone unseen.
    Weak(Class),
}

/// The judgement of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Both classes on all routes, then on the routes with the most traffic; those that rose first.
    pub groups: Vec<Group>,
    /// Why nothing can be told; empty where something can.
    pub doubts: Vec<Doubt>,
}

impl Judgement {
    /// Whether this is hardly the log that was meant, so that nothing of it counts.
    #[must_use]
    pub fn is_of_another(&self) -> bool {
        self.doubts.iter().any(|doubt| matches!(doubt, Doubt::Unread | Doubt::Empty))
    }

    /// Whether all that is lacking is more traffic: what else there is to doubt is not let pass.
    #[must_use]
    pub fn is_only_little(&self) -> bool {
        self.doubts.iter().all(|doubt| matches!(doubt, Doubt::FewBefore | Doubt::FewAfter | Doubt::Weak(_)))
    }

    /// Yes: normal. No: errors rose. What was seen to rise did rise, however little else can be told.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match () {
            () if self.is_of_another() => Verdict::CannotTell,
            () if self.groups.iter().any(|group| group.raised) => Verdict::No,
            () if self.doubts.is_empty() => Verdict::Yes,
            () => Verdict::CannotTell,
        }
    }
}

/// Judges what was counted.
#[must_use]
pub fn judge(tally: &Tally, policy: &Policy) -> Judgement {
    let Total { all, routes } = tally.total(policy.level.least);
    let gone = gone(tally, &routes);
    let busiest = busiest(routes, policy.routes);
    let (for_all, for_routes) = levels(policy.level, busiest.len());
    let mut groups: Vec<Group> = Class::ALL.map(|class| group(class, all.of(class), for_all)).to_vec();
    let mut doubts = doubts(tally, policy, &groups, for_all);
    doubts.splice(0..0, gone);
    for (route, counts) in busiest {
        let of = |class| on_route(group(class, counts.of(class), for_routes), &route, all.of(class).before, for_routes);
        groups.extend(Class::ALL.map(of));
    }
    groups.sort_by(|a, b| {
        let excess = |group: &Group| group.counts.after.failing() - group.counts.before.failing();
        (b.raised, a.route.is_some()).cmp(&(a.raised, b.route.is_some())).then(excess(b).total_cmp(&excess(a)))
    });
    Judgement { groups, doubts }
}

/// Half of the false alarms that are accepted for all routes together, half shared by the routes: looking closer must not make
/// the whole picture dim.
fn levels(level: Level, routes: usize) -> (Level, Level) {
    let half = if routes == 0 { level } else { level.shared_by(2) };
    (half.shared_by(Class::ALL.len()), half.shared_by(Class::ALL.len() * routes))
}

fn busiest(mut routes: Vec<(Cow<'_, str>, Counts)>, most: usize) -> Vec<(Cow<'_, str>, Counts)> {
    routes.sort_by(|(a, x), (b, y)| y.requests().cmp(&x.requests()).then(a.cmp(b)));
    routes.truncate(most);
    routes
}

fn group(class: Class, counts: Pair, level: Level) -> Group {
    let Pair { before, after } = counts;
    let counted = counted(before);
    let rise = rise(before, counted, level.ratio);
    Group {
        class,
        route: None,
        counts,
        raised: level.is_raised(before, after),
        smallest_seen: level.smallest_seen(before, after.requests),
        rise,
        power: level.power(before, after.requests, rise * counted),
    }
}

/// A group of one route. Where it was asked so seldom before that nothing could be seen, as a new one, the server's errors on it are
/// compared with those of all routes: a new address may refuse its callers, and should not fail.
fn on_route(group: Group, route: &str, all_before: Sample, level: Level) -> Group {
    let after = group.counts.after;
    let is_new = group.smallest_seen.is_none() && group.class == Class::Server;
    let (raised, smallest_seen) = if is_new {
        (level.is_raised(all_before, after), level.smallest_seen(all_before, after.requests))
    } else {
        (group.raised, group.smallest_seen)
    };
    Group { route: Some(route.to_owned()), raised, smallest_seen, ..group }
}

/// The share of failing requests that counted as errors: where they come in bursts, a rise of failures is a smaller one of errors.
///
/// A few errors do not show how errors come: the fewer there are, the more single ones are taken with them.
fn counted(before: Sample) -> f64 {
    let single = SINGLE / (1.0 + before.errors as f64);
    (before.errors as f64 + single) / (before.failed as f64 + single)
}

/// The share of failing requests that must be visible.
///
/// A rate that rests on a few errors may have come out high by chance, and so many times it would be a rise that is easier to see
/// than the one that is meant: it is taken only where it is beyond the least rise at the lower end of what it may be.
fn rise(before: Sample, counted: f64, ratio: f64) -> f64 {
    let (times, least) = (JUMP.0.max(ratio * BEYOND), JUMP.1);
    let errors = before.errors as f64;
    let lower = (errors - LOWER_END * errors.sqrt()) / before.requests.max(1) as f64;
    if lower * times > least * counted { (before.rate() * times / counted).min(1.0) } else { least }
}

fn doubts(tally: &Tally, policy: &Policy, groups: &[Group], level: Level) -> Vec<Doubt> {
    let few = |sample: Sample| sample.requests < policy.least_requests.max(1);
    let Pair { before, after } = tally.requests();
    if tally.unread as f64 > tally.lines as f64 * UNREAD {
        return vec![Doubt::Unread];
    }
    if before.requests + after.requests == 0 {
        return vec![Doubt::Empty];
    }
    let mut doubts = Vec::new();
    let (unread, lines) = tally.unread_after;
    if unread as f64 > lines as f64 * UNREAD {
        doubts.push(Doubt::UnreadAfter);
    }
    if before.requests == 0 {
        doubts.push(Doubt::NoneBefore);
    } else if few(before) {
        doubts.push(Doubt::FewBefore);
    }
    if tally.judged().seconds == 0 {
        doubts.push(Doubt::Closed);
    } else if few(after) {
        doubts.push(Doubt::FewAfter);
    }
    doubts.extend(silence(tally));
    doubts.extend(groups.iter().filter(|group| is_repeated(group, level)).map(|group| Doubt::Repeated(group.class)));
    if doubts.is_empty() {
        doubts.extend(
            groups
                .iter()
                .filter(|group| group.power < POWER && !has_fallen(group))
                .map(|group| Doubt::Weak(group.class)),
        );
    }
    doubts
}

/// Whether the errors are fewer than before, beyond chance: where a deployment ended an incident, no rise beyond it can be seen.
fn has_fallen(group: &Group) -> bool {
    let Pair { before, after } = group.counts;
    at_least(after.requests, before.rate(), after.errors + 1) > FALLEN
}

/// The longest silence that counts.
fn silence(tally: &Tally) -> Option<Doubt> {
    let (requests, least) = SILENCE;
    let nothing = tally.requests().after.requests == 0;
    let is_long = |silence: &Silence| {
        let (share, enough) = if silence.is_last { END } else { GAP };
        let enough = (tally.judged().seconds as f64 * share).min(enough as f64).max(least as f64);
        nothing || silence.seconds as f64 >= enough
    };
    let silence = tally.silences().into_iter().filter(is_long).max_by_key(|silence| silence.seconds)?;
    let expected = tally.expected(&silence);
    (expected >= if nothing || silence.is_last { EXPECTED } else { requests })
        .then_some(Doubt::Silent(silence, expected))
}

/// Whether hardly a route of those that were asked before still is: the checks of a balancer go on where nobody comes any more.
fn gone(tally: &Tally, routes: &[(Cow<'_, str>, Counts)]) -> Option<Doubt> {
    let Pair { before, after } = tally.requests();
    let all = tally.expected(&tally.judged());
    let each = all / before.requests.max(1) as f64;
    let requests = routes.iter().map(|(_, counts)| counts.of(Class::Server));
    let lost = requests.filter(|route| route.after.requests == 0).map(|route| route.before.requests as f64);
    let lost: f64 = lost.filter(|lost| lost * each >= EXPECTED).sum();
    let share = lost / before.requests.max(1) as f64;
    (after.requests > 0 && share >= GONE && share * all >= SILENCE.0).then_some(Doubt::Gone(share, share * all))
}

/// Whether the share of failing requests rose to what is serious, though the events did not. Where fewer events than alarm anybody are all
/// that counts, so are the errors of a server at the rate that must be visible: one address may be that of all.
fn is_repeated(group: &Group, level: Level) -> bool {
    let Pair { before, after } = group.counts;
    let (times, visible) = JUMP;
    let is_hidden = group.class == Class::Server && after.errors < level.least;
    !group.raised
        && after.failing() >= (before.failing() * times).max(if is_hidden { visible } else { SERIOUS })
        && level.is_raised(before.each(), after.each())
}
