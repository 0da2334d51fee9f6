//! What in a commit's message keeps workflows from running,
//! <https://docs.github.com/actions/managing-workflow-runs/skipping-workflow-runs>.

/// GitHub's words; they count anywhere in the message.
const WORDS: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];
/// The trailers that do the same, after two blank lines.
const TRAILERS: [&str; 2] = ["skip-checks:true", "skip-checks: true"];

/// The words that keep workflows from running, where there are any.
#[must_use]
pub fn skips_ci(message: &str) -> Option<&'static str> {
    let trailer = |trailer: &&&str| message.trim_end().lines().next_back().is_some_and(|line| line.trim() == **trailer);
    WORDS.iter().find(|word| message.contains(**word)).or_else(|| TRAILERS.iter().find(trailer)).copied()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("chore: release [skip ci]" => Some("[skip ci]"); "in the title")]
    #[test_case("chore: release\n\n[no ci]\n" => Some("[no ci]"); "in the body")]
    #[test_case("chore: release\n\n\nskip-checks: true\n" => Some("skip-checks: true"); "a trailer")]
    #[test_case("docs: say what skip ci does" => None; "without brackets")]
    fn reads(message: &str) -> Option<&'static str> {
        super::skips_ci(message)
    }
}
