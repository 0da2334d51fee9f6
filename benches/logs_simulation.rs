//! How often the log gate alarms falsely, and how often it sees a rise, over the settings of its tests with many more rounds.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a bench"
)]

#[path = "../tests/integration/support/traffic.rs"]
mod traffic;

/// Enough for a standard error of about 0.01.
const ROUNDS: usize = 2_000;

fn main() {
    println!(
        "| addresses | requests | base rate | errors | rounds | false alarms | a rise is seen | as it says |\n|---|---|---|---|---|---|---|---|"
    );
    let mut kept = true;
    for setting in traffic::SETTINGS {
        let seen = traffic::simulate(setting, ROUNDS);
        let false_alarms = seen.false_alarms as f64 / seen.rounds as f64;
        let how = if setting.burst == 1 { "alone" } else { "in bursts" };
        let base = setting.base as f64 / 10_000.0;
        println!(
            "| {} | {} | {base:.1} % | {how} | {} | {:.2} % | {:.2} | {:.2} |",
            if setting.clients == 1 { "a proxy" } else { "clients" },
            setting.requests,
            seen.rounds,
            false_alarms * 100.0,
            seen.detected,
            seen.stated
        );
        kept &= false_alarms <= 0.01 && (seen.detected - seen.stated).abs() <= 0.05;
    }
    assert!(kept, "more than 1 % false alarms, or a power that is not within 0.05 of what is said");
}
