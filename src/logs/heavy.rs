//! The clients that ask most, counted in little memory and little time.

use std::collections::{HashMap, HashSet};

/// How many are followed: who makes more than one of so many requests is among them.
const FOLLOWED: usize = 512;

/// So many requests are counted one by one; of more, one of [`SAMPLE`] by chance, for all of these.
const EACH: u64 = 1 << 16;

/// See [`EACH`].
const SAMPLE: u64 = 8;

/// Who makes more than one of so many requests is one of few.
const FEW: u64 = 16;

/// Who asks most, by the summary of Misra and Gries (1982): what is counted is too low by at most one of 513 of all requests, and
/// never too high.
#[derive(Debug)]
pub(super) struct Heavy {
    counts: HashMap<u64, u64>,
    /// All requests.
    pub(super) requests: u64,
    chance: u64,
}

impl Default for Heavy {
    fn default() -> Self {
        // Any number but 0: the same log gives the same counts.
        Self { counts: HashMap::new(), requests: 0, chance: 0x9e37_79b9_7f4a_7c15 }
    }
}

impl Heavy {
    /// Counts a request; its client is asked for where it is counted.
    pub(super) fn add(&mut self, client: impl FnOnce() -> u64) {
        self.requests += 1;
        let counted = if self.requests <= EACH { 1 } else { SAMPLE };
        if counted > 1 && !self.next().is_multiple_of(SAMPLE) {
            return;
        }
        let client = client();
        if let Some(count) = self.counts.get_mut(&client) {
            *count += counted;
        } else if self.counts.len() < FOLLOWED {
            self.counts.insert(client, counted);
        } else {
            self.counts.retain(|_, count| {
                *count = count.saturating_sub(counted);
                *count > 0
            });
        }
    }

    /// How many requests a client made at least.
    pub(super) fn least(&self, client: u64) -> u64 {
        self.counts.get(&client).copied().unwrap_or_default()
    }

    /// The few that others did not know and that together make more than half of all requests; none where it takes many for that.
    pub(super) fn few_new(&self, others: &Self) -> HashSet<u64> {
        let is_few = |(client, count): &(&u64, &u64)| **count * FEW >= self.requests && others.least(**client) == 0;
        let few = || self.counts.iter().filter(is_few);
        if few().map(|(_, count)| count).sum::<u64>() * 2 <= self.requests {
            return HashSet::new();
        }
        few().map(|(client, _)| *client).collect()
    }

    /// Xorshift (Marsaglia 2003), its high bits.
    fn next(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_much_is_found_among_many_who_ask_once() {
        let mut heavy = Heavy::default();
        for number in 0..50_000u64 {
            heavy.add(|| if number % 10 == 0 { 7 } else { 1_000 + number });
        }
        let (much, once) = (heavy.least(7), heavy.least(1_001));
        assert!((5_000 - 50_000 / 513..=5_000).contains(&much), "{much}");
        assert!(once <= 1 && heavy.counts.len() <= FOLLOWED);
    }

    #[test]
    fn few_that_are_new_make_more_than_half_of_all() {
        let few = |share: u64, clients: u64| {
            let mut heavy = Heavy::default();
            (0..1_000).for_each(|at| heavy.add(|| if at % 10 < share { at % clients } else { 1_000 + at }));
            let mut others = Heavy::default();
            others.add(|| 0);
            (heavy.few_new(&Heavy::default()).len(), heavy.few_new(&others).len())
        };
        assert_eq!((few(6, 3), few(9, 3), few(4, 3), few(9, 100)), ((3, 0), (3, 2), (0, 0), (0, 0)));
    }

    #[test]
    fn of_many_requests_a_part_tells_of_all() {
        let mut heavy = Heavy::default();
        for number in 0..1_000_000u64 {
            heavy.add(|| number % 4);
        }
        for client in 0..4 {
            let count = heavy.least(client);
            assert!(count.abs_diff(250_000) < 5_000, "{count}");
        }
    }
}
