//! The clients that ask most, counted in little memory.

use std::collections::HashMap;

/// How many are followed: who makes more than one of so many requests is among them.
const FOLLOWED: usize = 512;

/// Who asks most, by the summary of Misra and Gries (1982): a count is too low by at most one of 513 of all requests, never too high.
#[derive(Debug, Default)]
pub(super) struct Heavy {
    counts: HashMap<u64, u64>,
    /// All requests.
    pub(super) requests: u64,
}

impl Heavy {
    /// Counts a request of a client.
    pub(super) fn add(&mut self, client: u64) {
        self.requests += 1;
        if let Some(count) = self.counts.get_mut(&client) {
            *count += 1;
        } else if self.counts.len() < FOLLOWED {
            self.counts.insert(client, 1);
        } else {
            self.counts.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }

    /// How many requests a client made at least.
    pub(super) fn least(&self, client: u64) -> u64 {
        self.counts.get(&client).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_much_is_found_among_many_who_ask_once() {
        let mut heavy = Heavy::default();
        for number in 0..100_000u64 {
            heavy.add(if number % 10 == 0 { 7 } else { 1_000 + number });
        }
        let (much, once) = (heavy.least(7), heavy.least(1_001));
        assert!((10_000 - 100_000 / 513..=10_000).contains(&much), "{much}");
        assert!(once <= 1 && heavy.counts.len() <= FOLLOWED);
    }
}
