//! Simulated traffic before and after a cut-over, and what the log gate says of it. The same for a test and for a bench.

use std::borrow::Cow;

use zarpe::logs::entry::Entry;
use zarpe::logs::{Form, LeftOut, Level, Policy, Tally, Windows, judge};

/// A kind of traffic.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Requests after the cut-over; there are ten times as many before.
    pub requests: usize,
    /// How many of a million requests fail, of each class.
    pub base: u64,
    /// How many errors a failing client makes one after another.
    pub burst: usize,
    /// How many addresses the log has.
    pub clients: u64,
}

/// Twelve with the addresses of the clients, then the same with that of a proxy: few and many requests, seldom and often failing,
/// each error alone or in bursts.
pub const SETTINGS: [Setting; 24] = {
    let mut settings = [Setting { requests: 0, base: 0, burst: 0, clients: 0 }; 24];
    let mut at = 0;
    while at < 24 {
        let requests = [100, 1_000, 10_000][at / 4 % 3];
        let base = [2_000, 10_000][at / 2 % 2];
        settings[at] = Setting { requests, base, burst: [1, 5][at % 2], clients: [1_000_000, 1][at / 12] };
        at += 1;
    }
    settings
};

/// What came of so many rounds.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub rounds: usize,
    /// Rounds in which nothing had changed and an alarm was raised.
    pub false_alarms: usize,
    /// The share of rounds in which a rate five times as high, at least 1 %, was seen.
    pub detected: f64,
    /// How often the gate itself said that it would be, on average.
    pub stated: f64,
}

/// Each round twice: nothing changes, and the server's errors rise.
pub fn simulate(setting: Setting, rounds: usize) -> Seen {
    let mut chance = Chance(
        0x5eed ^ (setting.requests as u64) << 32 ^ setting.base << 8 ^ setting.burst as u64 ^ setting.clients << 40,
    );
    let (mut false_alarms, mut detected, mut stated) = (0, 0, 0.0);
    let raised = (setting.base * 5).max(10_000);
    for _ in 0..rounds {
        false_alarms += usize::from(round(setting, setting.base, &mut chance).0);
        let (alarm, power) = round(setting, raised, &mut chance);
        detected += usize::from(alarm);
        stated += power;
    }
    let share = |sum: f64| sum / rounds as f64;
    Seen { rounds, false_alarms, detected: share(detected as f64), stated: share(stated) }
}

const BEFORE: i64 = 3600;
const AFTER: i64 = 360;

/// Whether an alarm is raised, and how often a rise of the server's errors would be seen by what the gate says.
fn round(setting: Setting, after: u64, chance: &mut Chance) -> (bool, f64) {
    let windows = Windows { before: 0..BEFORE, after: BEFORE..BEFORE + AFTER, maintenance: Vec::new() };
    let mut tally = Tally::new(Form::Combined, windows, LeftOut::default());
    let sides = [(0, BEFORE, setting.requests * 10, setting.base), (BEFORE, AFTER, setting.requests, after)];
    for (from, length, requests, server) in sides {
        let mut left = requests;
        while left > 0 {
            // Some routes are asked far more often than others.
            let route = chance.below(10) * chance.below(10) / 10;
            // A burst is drawn once and makes many requests: of them all, so many fail as the setting says.
            let failing = (server + setting.base) as f64 / 1e6;
            let draws = 1.0 - failing + failing / setting.burst as f64;
            let status = match chance.below(1_000_000) as f64 * draws * setting.burst as f64 {
                at if at < server as f64 => 502,
                at if at < (server + setting.base) as f64 => 404,
                _ => 200,
            };
            let time = from + chance.below(length as u64) as i64;
            let client = format!("c{}", chance.below(setting.clients));
            let repeats = if status == 200 { 1 } else { setting.burst.min(left) };
            for _ in 0..repeats {
                let target = ["/", "/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i"][route as usize];
                let entry = Entry {
                    time,
                    status,
                    target: Cow::Borrowed(target),
                    client: Cow::Borrowed(&client),
                    agent: Cow::Borrowed(""),
                };
                tally.count(&entry);
            }
            left -= repeats;
        }
    }
    let policy = Policy { level: Level::DEFAULT, least_requests: 100, routes: 20 };
    let judgement = judge(&tally, &policy);
    let all = judgement.groups.iter().find(|group| group.route.is_none() && group.class.name() == "5xx").unwrap();
    let alarm = judgement.groups.iter().any(|group| group.raised);
    (alarm, all.power)
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ mixed >> 31) * u128::from(limit)) >> 64) as u64
    }
}
