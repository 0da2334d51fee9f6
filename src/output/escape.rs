//! Text from outside made harmless for the place it is printed: terminal, Markdown, workflow commands.
//!
//! Commit messages, names and answers of APIs are written by others. What a person reads shall be what is there, and no
//! program that reads along (a terminal, GitHub's runner, a Markdown renderer) shall take it for an order.

/// The text as a person sees it: without terminal sequences, control characters, and characters that reorder or hide text.
/// Line ends become `\n`, a tab becomes a space.
#[must_use]
pub fn visible(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return text.to_owned();
    }
    let mut seen = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_sequence(&mut rest),
            '\r' if rest.as_str().starts_with('\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => seen.push('\n'),
            '\t' => seen.push(' '),
            c if is_hidden(c) => {}
            c => seen.push(c),
        }
    }
    seen
}

/// As [`visible`], on one line.
#[must_use]
pub fn line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// Skips the rest of a colour or cursor sequence (ECMA-48 §5.4, `ESC [ … final`). Any other sequence stays readable: one that
/// is never closed must not swallow the text behind it.
fn skip_sequence(rest: &mut std::str::Chars<'_>) {
    let Some(parameters) = rest.as_str().strip_prefix('[') else { return };
    let end = parameters.trim_start_matches(|c| ('\u{20}'..='\u{3f}').contains(&c));
    let mut after = end.chars();
    if after.next().is_some_and(|c| ('\u{40}'..='\u{7e}').contains(&c)) {
        *rest = after;
    }
}

/// Characters that a reader cannot see, or that change the order in which the others are shown: control characters (C0, DEL,
/// C1), bidirectional controls (UAX #9), zero-width and default-ignorable ones, and the tag characters that smuggle text.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A piece of one line of GitHub Flavored Markdown that shows exactly this text: also in a table's cell, and without calling
/// anybody by `@name`.
#[must_use]
pub fn markdown(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b',' | b'-' | b':' | b'/'))
    {
        return text.to_owned();
    }
    let text = line(text);
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => safe.extend(['\\', c]),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' if rest.as_str().starts_with(|c: char| c.is_ascii_alphanumeric()) => safe.push_str("@&#8203;"),
            // At the end of a heading it would be taken for a part of its mark-up; `#12` may become a link.
            '#' if !rest.as_str().starts_with(|c: char| c.is_ascii_digit()) => safe.push_str("\\#"),
            c => safe.push(c),
        }
    }
    safe
}

/// As [`markdown`], and what stands between two back quotes is code. Not for tables: there a pipe ends the code as well.
#[must_use]
pub fn prose(text: &str) -> String {
    let text = line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    if parts.len().is_multiple_of(2) || inner.iter().any(|part| part.trim().is_empty()) {
        return markdown(&text);
    }
    let part = |(at, part): (usize, &&str)| if at % 2 == 1 { format!("`{part}`") } else { markdown(part) };
    parts.iter().enumerate().map(part).collect()
}

/// Text of any number of lines, in which GitHub's runner finds no command: it takes `::name::` at a line's beginning, after
/// white space too, and `##[name]` anywhere in a line for one (actions/runner, `ActionCommand`).
#[must_use]
pub fn inert(text: &str) -> String {
    text.split_inclusive(['\n', '\r'])
        .map(|line| {
            let body = line.trim_start();
            let indent = line.strip_suffix(body).unwrap_or_default();
            match body.strip_prefix("::") {
                Some(command) => format!("{indent}: :{}", without_brackets(command)),
                None => without_brackets(line),
            }
        })
        .collect()
}

fn without_brackets(line: &str) -> String {
    line.replace("##[", "# #[")
}

/// The data of a workflow command, behind its second `::`.
#[must_use]
pub fn command_data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a workflow command's property.
#[must_use]
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};
    use test_case::test_case;

    use super::*;

    #[test_case("a\u{1b}[31mb\u{1b}[0mc" => "abc"; "colours")]
    #[test_case("a\u{1b}[2J\u{1b}[1;1Hb" => "ab"; "cursor")]
    #[test_case("a\u{1b}]0;title\u{7}b" => "a]0;titleb"; "window title")]
    #[test_case("a\u{1b}]8;;https://evil\u{1b}\\\\b" => "a]8;;https://evil\\\\b"; "hyperlink")]
    #[test_case("a\u{9b}31mb" => "a31mb"; "C1")]
    #[test_case("a\u{1b}[" => "a["; "cut off sequence")]
    #[test_case("a\u{1b}[31\nb" => "a[31\nb"; "sequence over a line end")]
    #[test_case("abc\rxyz" => "abc\nxyz"; "a line that would be overwritten")]
    #[test_case("a\r\nb\tc" => "a\nb c"; "line end and tab")]
    #[test_case("a\u{8}\u{7f}\u{0}b" => "ab"; "backspace, delete, nul")]
    #[test_case("user\u{202e}nimda\u{2066}x\u{200f}" => "usernimdax"; "bidi")]
    #[test_case("ad\u{200b}min\u{feff}\u{2060}\u{ad}" => "admin"; "zero width")]
    #[test_case("a\u{e0041}\u{e0042}b" => "ab"; "smuggled tags")]
    #[test_case("año 日本 e\u{301} ✓ ❤\u{fe0f}" => "año 日本 e\u{301} ✓ ❤\u{fe0f}"; "honest text")]
    fn shows(text: &str) -> String {
        visible(text)
    }

    #[test_case("::error::x" => ": :error::x")]
    #[test_case("  \u{3000}::set-output name=a::b" => "  \u{3000}: :set-output name=a::b")]
    #[test_case("a ::error::x" => "a ::error::x"; "inside a line it is text")]
    #[test_case("x\n::add-mask::y\r::debug::z" => "x\n: :add-mask::y\r: :debug::z")]
    #[test_case("say ##[error]x" => "say # #[error]x")]
    #[test_case("::##[group]" => ": :# #[group]")]
    #[test_case("####[x" => "### #[x")]
    fn is_inert(text: &str) -> String {
        inert(text)
    }

    #[test_case("100%: a,b\r\nc" => ("100%25: a,b%0Ac".to_owned(), "100%25%3A a%2Cb%0Ac".to_owned()))]
    #[test_case("a::b\u{1b}[1m" => ("a::b".to_owned(), "a%3A%3Ab".to_owned()))]
    fn command(text: &str) -> (String, String) {
        (command_data(text), command_property(text))
    }

    #[test_case("a | b" => r"a \| b")]
    #[test_case("@ana and ana@example.com" => "@&#8203;ana and ana@&#8203;example.com")]
    #[test_case("<img src=x onerror=y>" => "&lt;img src=x onerror=y&gt;")]
    #[test_case("[x](javascript:y)" => r"\[x\](javascript:y)")]
    #[test_case("fix #812 in C#" => r"fix #812 in C\#")]
    #[test_case("two\nlines" => "two lines")]
    fn in_markdown(text: &str) -> String {
        markdown(text)
    }

    #[test_case("run `git fetch` now" => "run `git fetch` now")]
    #[test_case("`a|b` or *c*" => r"`a|b` or \*c\*")]
    #[test_case("one ` only *x*" => r"one \` only \*x\*")]
    #[test_case("`a``<b>`" => r"\`a\`\`&lt;b&gt;\`")]
    fn in_prose(text: &str) -> String {
        prose(text)
    }

    /// Where runner commands begin, as GitHub's runner looks for them; characters that its comparison ignores are ignored.
    fn has_command(text: &str) -> bool {
        let seen: String = text.chars().filter(|c| matches!(c, '\n' | '\r') || !is_hidden(*c)).collect();
        seen.split(['\n', '\r']).any(|line| line.trim_start().starts_with("::") || line.contains("##["))
    }

    /// What a Markdown reader shows, and whether anything but text came out of it.
    fn shown(markdown: &str, is_ours: impl Fn(&Event<'_>) -> bool) -> String {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(piece) => text.push_str(&piece),
                event if is_ours(&event) => {}
                event => panic!("{event:?} in {markdown:?}"),
            }
        }
        text.replace('\u{200b}', "").trim().to_owned()
    }

    fn hostile() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "::",
            "##[",
            "error",
            "\n",
            "\r\n",
            "\r",
            "\u{1b}[31m",
            "\u{1b}]0;",
            "\u{202e}",
            "\u{200b}",
            "|",
            "\\",
            "`",
            "*",
            "_",
            "[x](y)",
            "<b>",
            "&lt;",
            "@ana",
            " ",
            "#",
            "~~",
            "$",
            "-",
            "1.",
            "%",
            "%0A",
            "\u{0}",
            "\u{85}",
            "\u{2028}",
            "é",
            "日",
            "https://x.y",
            "!",
            "=",
            "<!--",
            "\t",
        ]);
        prop::collection::vec(prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => "\\PC{1,4}"], 0..12)
            .prop_map(|all| all.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2 * ProptestConfig::default().cases))]

        #[test]
        fn nothing_hidden_is_shown(text in hostile()) {
            prop_assert!(visible(&text).chars().all(|c| c == '\n' || !is_hidden(c)));
            prop_assert!(!line(&text).contains('\n'));
            prop_assert_eq!(visible(&visible(&text)), visible(&text));
        }

        #[test]
        fn text_without_tricks_is_shown_as_it_is(text in "[a-zA-Z0-9 áéíñ日本.,;()\n]{0,40}") {
            prop_assert_eq!(visible(&text), text);
        }

        #[test]
        fn no_command_is_left(text in hostile()) {
            let inert = inert(&visible(&text));
            prop_assert!(!has_command(&inert), "{inert:?}");
        }

        #[test]
        fn annotations_stay_on_their_line_and_read_back(text in hostile()) {
            let (data, property) = (command_data(&text), command_property(&text));
            prop_assert!(!data.contains(['\r', '\n']) && !property.contains(['\r', '\n', ':', ',']));
            let back = |text: &str| text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            prop_assert_eq!(back(&data), visible(&text));
            prop_assert_eq!(back(&property), visible(&text));
        }

        #[test]
        fn markdown_shows_exactly_the_text(text in hostile()) {
            let own = |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph | Tag::Heading { .. }) | Event::End(_));
            let wanted = format!("✗ {}", line(&text)).trim().to_owned();
            prop_assert_eq!(shown(&format!("### ✗ {}\n", markdown(&text)), own), wanted.clone());
            prop_assert_eq!(shown(&format!("✗ {}\n", markdown(&text)), own), wanted);
        }

        #[test]
        fn a_cell_stays_a_cell(text in hostile()) {
            let own = |event: &Event<'_>| {
                matches!(event, Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell) | Event::End(_))
            };
            let table = format!("| h |\n|--|\n| {} |\n", markdown(&text));
            let cell = shown(&table, own).split_off(1);
            let wanted = line(&text);
            prop_assert_eq!(cell.trim(), wanted.trim());
        }

        #[test]
        fn prose_is_text_and_code(text in hostile()) {
            let own = |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph) | Event::End(_) | Event::Code(_));
            shown(&format!("✗ {}\n", prose(&text)), own);
        }
    }
}
