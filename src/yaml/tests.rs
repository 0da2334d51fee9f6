//! What YAML means to zarpe, and how it says no.

use proptest::prelude::*;
use serde::Deserialize;
use test_case::test_case;

use super::*;

/// The document in one line, in JSON's clothes; numbers as their `Number`.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(Number::Integer(value)) => value.to_string(),
        Value::Number(Number::Float(value)) => format!("{value:?}"),
        Value::Number(Number::Big(text)) => text.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Sequence(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entry = |entry: &Entry| format!("{}: {}", entry.key, show(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

fn refused(result: Result<impl std::fmt::Debug>) -> String {
    let failure = Failure::from_error(&result.expect_err("it is refused"));
    assert_eq!(failure.exit.code(), 2);
    let help = failure.finding.help.map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{}: {}{help}", failure.finding.location.expect("it has a place"), failure.finding.message)
}

fn parsed(text: &str) -> String {
    show(&parse("f", text, Limits::CONFIG).expect(text))
}

fn error(text: &str) -> String {
    refused(parse("f", text, Limits::CONFIG))
}

#[test_case("" => "null"; "nothing")]
#[test_case("# only a comment\n" => "null"; "a comment")]
#[test_case("---\n" => "null"; "an empty document")]
#[test_case("\u{feff}a: 1" => "{a: 1}"; "byte order mark")]
#[test_case("a: 1\r\nb: 2\r\n" => "{a: 1, b: 2}"; "CRLF")]
#[test_case("a: 'yes'\nb: yes" => r#"{a: "yes", b: "yes"}"#; "yes is text")]
#[test_case("a: \"1\"\nb: '1'\nc: |\n  1\nd: >-\n  1" => r#"{a: "1", b: "1", c: "1\n", d: "1"}"#; "quoted and block scalars are text")]
#[test_case("a: ''" => r#"{a: ""}"#; "empty text")]
#[test_case("200: ok\ntrue: x\n~: y" => r#"{200: "ok", true: "x", ~: "y"}"#; "keys are their text")]
#[test_case("a:\n- 1\n- - 2" => "{a: [1, [2]]}"; "lists")]
#[test_case("a: &x {b: 1}\nc: *x" => "{a: {b: 1}, c: {b: 1}}"; "an alias")]
#[test_case("&k a: 1\nb: *k" => r#"{a: 1, b: "a"}"#; "an anchored key")]
#[test_case("a: &k b\n*k : 1" => r#"{a: "b", b: 1}"#; "an alias as key")]
#[test_case("x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n  c: 4" => "{x: {a: 1, b: 2}, y: {b: 3, c: 4, a: 1}}"; "merge: own keys win")]
#[test_case("y: {<<: [{a: 1}, {a: 2, b: 3}]}" => "{y: {a: 1, b: 3}}"; "merge: the first mapping wins")]
#[test_case("'<<': 1" => "{<<: 1}"; "a quoted merge key is a key")]
#[test_case("a: !!str 1\nb: !!int '2'\nc: !!float 1\nd: ! 3" => r#"{a: "1", b: 2, c: 1.0, d: "3"}"#; "tags")]
#[test_case("a: !!map {}\nb: !!seq []" => "{a: {}, b: []}"; "tags of collections")]
#[test_case(r#"{"a":[1,-2.5e3,"x\n\u00e9\/",null,true,{}],"b":"yes"}"# => r#"{a: [1, -2500.0, "x\né/", null, true, {}], b: "yes"}"#; "JSON")]
#[test_case(r#"{"a": "\ud83d\ude00\u00e9"}"# => r#"{a: "😀é"}"#; "JSON: a pair for one character")]
#[test_case(r#"{"a": "\b\f\n\r\t\"\\\/x"}"# => r#"{a: "\u{8}\u{c}\n\r\t\"\\/x"}"#; "JSON: escapes")]
#[test_case("[1,]" => "[1]"; "a comma too many is YAML")]
#[test_case(r#"{"a": 1 # x
}"# => "{a: 1}"; "a comment in JSON is YAML")]
#[test_case(r#"{"<<": {"b": 1}}"# => "{<<: {b: 1}}"; "JSON knows no merge")]
#[test_case("[[], {}, [{}]]" => "[[], {}, [{}]]"; "empty collections")]
#[test_case("[99999999999999999999999999999999999999999]" => "[99999999999999999999999999999999999999999]"; "JSON: a big number")]
fn means(text: &str) -> String {
    parsed(text)
}

#[test_case("a: 1\nb: 2\na: 3" => "f:3:1: the key `a` stands here a second time (the first one is in line 1, column 1: keep one of them)"; "duplicate")]
#[test_case("a: 1\n'a': 3" => "f:2:1: the key `a` stands here a second time (the first one is in line 1, column 1: keep one of them)"; "duplicate, quoted")]
#[test_case("{\"é\":1,\"é\":2}" => "f:1:8: the key `é` stands here a second time (the first one is in line 1, column 2: keep one of them)"; "columns count characters")]
#[test_case("x: {<<: {}, <<: {}}" => "f:1:13: the key `<<` stands here a second time (the first one is in line 1, column 5: keep one of them)"; "two merges")]
#[test_case("<<: 1" => "f:1:5: `<<` merges mappings, and this is none (give it an alias of a mapping, or a list of them)"; "merge of a number")]
#[test_case("a: 1\n---\nb: 2" => "f:2:1: a second document begins here (keep one document in the file)"; "second document")]
#[test_case("a: 1\n...\n---\nb: 2" => "f:3:1: a second document begins here (keep one document in the file)"; "second document after an end")]
#[test_case("a:\n\tb: 1" => "f:2:2: not valid YAML: tabs disallowed within this context (block indentation) (indent with spaces: YAML takes no tabs there)"; "tab")]
#[test_case("? [a]\n: 1" => "f:1:3: a key must be a word or a quoted text"; "list as key")]
#[test_case("a: &x [*x]" => "f:1:8: this alias stands inside the value that it names (write the value out)"; "alias of itself")]
#[test_case("a: *nobody" => "f:1:4: not valid YAML: while parsing node, found unknown anchor"; "unknown alias")]
#[test_case("a: !Ref x" => "f:1:4: the tag `!Ref` does not fit here (remove the tag, or write the value out)"; "foreign tag")]
#[test_case("a: !!int x" => "f:1:4: the tag `!!int` does not fit here (remove the tag, or write the value out)"; "wrong tag")]
#[test_case("a: [1, 2" => "f:2:1: not valid YAML: while parsing a flow sequence, expected ',' or ']'"; "unclosed list")]
#[test_case("a: 'x" => "f:1:4: not valid YAML: while scanning a quoted scalar, found unexpected end of stream"; "unclosed quote")]
#[test_case("a: b: c" => "f:1:5: not valid YAML: mapping values are not allowed in this context"; "two colons")]
#[test_case(r#"{"a": "\ud83d"}"# => "f:1:7: not valid YAML: while parsing a quoted scalar, found invalid Unicode character escape code"; "half a pair")]
#[test_case("{\"a\": 1} x" => "f:1:10: not valid YAML: did not find expected <document start>"; "something after JSON")]
#[test_case("[1, 2" => "f:2:1: not valid YAML: while parsing a flow sequence, expected ',' or ']'"; "unclosed JSON")]
#[test_case("a: x\0y" => "f:1:5: not valid YAML: found unprintable character"; "NUL")]
fn is_refused(text: &str) -> String {
    error(text)
}

#[test]
fn places_are_those_of_the_text() {
    let node = parse("f", "# x\na:\n  - é: 1\n    b: &k |\n      text\n", Limits::CONFIG).unwrap();
    let mut places = Vec::new();
    fn walk(node: &Node, places: &mut Vec<String>) {
        places.push(format!("{}:{}", node.mark.line, node.mark.column));
        match &node.value {
            Value::Sequence(items) => items.iter().for_each(|item| walk(item, places)),
            Value::Mapping(entries) => entries.iter().for_each(|entry| {
                places.push(format!("{}={}:{}", entry.key, entry.mark.line, entry.mark.column));
                walk(&entry.value, places);
            }),
            _ => {}
        }
    }
    walk(&node, &mut places);
    assert_eq!(places.join(" "), "2:1 a=2:1 3:3 3:5 é=3:5 3:8 b=4:5 4:8");
}

/// The billion laughs, behind padding: what the text's length allows must not grow with the text.
#[test_case(Limits::CONFIG)]
#[test_case(Limits::OPENAPI)]
fn laughs_are_refused_at_once(limits: Limits) {
    let mut text = "# padding padding padding padding\n".repeat(2_000) + "a0: &a0 [lol]\n";
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert!(refused(parse("f", &text, limits)).contains("copies of values"));
}

#[test]
fn a_long_text_is_not_copied_without_end() {
    let text = format!("a: &a {}\nb: [{}]", "x".repeat(10_000), "*a,".repeat(100));
    assert!(refused(parse("f", &text, Limits::CONFIG)).contains("copies of values"));
    let text = format!("a: &a {{{}: 1}}\nb: [{}]", "x".repeat(1_000), "*a,".repeat(1_000));
    assert!(refused(parse("f", &text, Limits::CONFIG)).contains("copies of values"));
}

#[test]
fn anchors_inside_anchors_are_bounded_too() {
    let open: String = (0..60).map(|n| format!("&a{n} [")).collect();
    let text = format!("{open}{}{}", "1,".repeat(1_000), "]".repeat(60));
    assert!(refused(parse("f", &text, Limits::CONFIG)).contains("copies of values"));
}

#[test_case("["; "flow lists")]
#[test_case("[\n"; "flow lists in lines")]
#[test_case("{a: "; "flow mappings")]
#[test_case(r#"{"a":"#; "JSON objects")]
#[test_case("- "; "block lists")]
#[test_case("? "; "complex keys")]
#[test_case("!a "; "tags")]
#[test_case("&a "; "anchors")]
#[test_case("- ? "; "lists of complex keys")]
#[test_case("[? "; "flow complex keys")]
fn depth_is_an_error_and_no_crash(unit: &str) {
    let text = unit.repeat(100_000);
    for limits in [Limits::CONFIG, Limits::OPENAPI] {
        refused(parse("f", &text, limits));
    }
}

#[test]
fn the_depth_limit_is_exact_and_counts_aliases() {
    let limits = Limits { depth: 3, ..Limits::CONFIG };
    assert!(parse("f", "[[[1]]]", limits).is_ok());
    assert_eq!(refused(parse("f", "[[[[1]]]]", limits)), "f:1:4: this is nested more than 3 levels deep");
    assert!(parse("f", "[&a [1], [*a]]", limits).is_ok());
    assert_eq!(refused(parse("f", "[&a [1], [[*a]]]", limits)), "f:1:12: this is nested more than 3 levels deep");
}

#[test]
fn the_number_of_values_is_limited() {
    let limits = Limits { nodes: 4, ..Limits::CONFIG };
    assert!(parse("f", "[1, 2, 3]", limits).is_ok());
    assert_eq!(refused(parse("f", "[1, 2, 3, 4]", limits)), "f:1:11: this document has more than 4 values");
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Sample {
    name: Option<String>,
    count: u32,
    ratio: f64,
    on: bool,
    list: Vec<Even>,
    colour: Colour,
    inner: Inner,
    items: Vec<Item>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Inner {
    verify: u8,
    version: i64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    id: u64,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Colour {
    #[default]
    Red,
    Green,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Even(String);

impl TryFrom<String> for Even {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        if text.len().is_multiple_of(2) { Ok(Self(text)) } else { Err(format!("`{text}` is odd")) }
    }
}

fn sample(text: &str) -> Result<Sample> {
    from_str("f", text)
}

#[test]
fn a_document_becomes_a_type() {
    let text = "name: x\ncount: 7\nratio: 1\non: true\nlist: [ab]\ncolour: green\ninner: {verify: 255, version: -1}\nitems: [{id: 18446744073709551615}]";
    let value = sample(text).unwrap();
    assert_eq!(value.name.as_deref(), Some("x"));
    assert_eq!((value.count, value.ratio, value.on, value.colour), (7, 1.0, true, Colour::Green));
    assert_eq!((value.list, value.inner), (vec![Even("ab".into())], Inner { verify: 255, version: -1 }));
    assert_eq!(value.items, [Item { id: u64::MAX }]);
}

#[test_case(""; "empty")]
#[test_case("# a comment alone"; "comment")]
#[test_case("name:"; "optional without value")]
fn nothing_is_the_default(text: &str) {
    assert_eq!(sample(text).unwrap(), Sample::default());
}

#[test_case("cuont: 1" => "f:1:1: unknown key `cuont` (did you mean `count`? known keys: name, count, ratio, on, list, colour, inner, items)"; "near key")]
#[test_case("xyz: 1" => "f:1:1: unknown key `xyz` (known keys: name, count, ratio, on, list, colour, inner, items)"; "far key")]
#[test_case("inner:\n  verfy: 1" => "f:2:3: unknown key `verfy` (did you mean `verify`? known keys: verify, version)"; "inner key")]
#[test_case("count: x" => "f:1:8: expected a whole number from 0 to 4294967295, found the text `x`"; "text for a number")]
#[test_case("count: -1" => "f:1:8: expected a whole number from 0 to 4294967295, found the number -1"; "negative")]
#[test_case("count: 1.5" => "f:1:8: expected a whole number from 0 to 4294967295, found the number 1.5"; "fraction")]
#[test_case("count: 4294967296" => "f:1:8: expected a whole number from 0 to 4294967295, found the number 4294967296"; "out of range")]
#[test_case("count: 99999999999999999999" => "f:1:8: the number 99999999999999999999 is too large"; "65 bits")]
#[test_case("count: 999999999999999999999999999999999999999999" => "f:1:8: the number 999999999999999999999999999999999999999999 is too large"; "big")]
#[test_case("inner: {verify: 256}" => "f:1:17: expected a whole number from 0 to 255, found the number 256"; "u8")]
#[test_case("name: 1.0" => "f:1:7: expected a text, found the number 1 (put it in quotes)"; "number for a text")]
#[test_case("name: true" => "f:1:7: expected a text, found `true` (put it in quotes)"; "boolean for a text")]
#[test_case("name: []" => "f:1:7: expected a text, found a list"; "list for a text")]
#[test_case("on: yes" => "f:1:5: expected true or false, found the text `yes`"; "yes")]
#[test_case("list: ab" => "f:1:7: expected a list, found the text `ab` (write it as a list: [ab])"; "text for a list")]
#[test_case("list:\n  - ab\n  - abc" => "f:3:5: `abc` is odd"; "newtype")]
#[test_case("list: [1]" => "f:1:8: expected a text, found the number 1 (put it in quotes)"; "number for a newtype")]
#[test_case("inner: [1]" => "f:1:8: expected a mapping, found a list"; "list for a mapping")]
#[test_case("inner:\nname: x" => "f:1:6: expected a mapping, found nothing (give the key a value, or remove it)"; "nothing for a mapping")]
#[test_case("colour: gren" => "f:1:9: `gren` is not known here (did you mean `green`? known words: red, green)"; "near word")]
#[test_case("colour: 1" => "f:1:9: expected one of red, green, found a number"; "number for a word")]
#[test_case("items:\n  - id: 1\n  - {}" => "f:3:5: the key `id` is missing here"; "missing key")]
#[test_case("- 1" => "f:1:1: expected a mapping, found a list"; "list for the document")]
fn a_wrong_document_is_refused_at_its_place(text: &str) -> String {
    refused(sample(text))
}

fn as_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(Number::Integer(value)) => (*value).into(),
        Value::Number(Number::Float(value)) => (*value).into(),
        Value::Number(Number::Big(text)) => panic!("{text}"),
        Value::String(text) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(as_json).collect(),
        Value::Mapping(entries) => entries.iter().map(|entry| (entry.key.to_string(), as_json(&entry.value))).collect(),
    }
}

/// Without `<<` as a key: serde_yaml does not know that it merges, and does not quote it.
fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof!["\\PC*", "[ -~\n]*", "(true|null|~|yes|0x1|1e3|<<|-|: |#)", "[\u{1f600}\u{e9}\"\\\\/\t\r]*"];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1e15..1e15f64).prop_map(Into::into),
        text.prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map(
                "\\PC{0,6}|[a-z]{1,4}".prop_filter("it merges", |key| key != "<<"),
                inner,
                0..5
            )
            .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "([ \\t\n\\[\\]{}:,\"'&*!|>?#%@`a1<~-]|\\PC|\\x00|\r)*") {
        let _ = parse("f", &text, Limits::CONFIG);
        let _ = sample(&text);
    }

    #[test]
    fn what_serde_yaml_writes_is_read_as_it_was(value in any_value()) {
        let text = serde_yaml::to_string(&value).unwrap();
        // To YAML 1.1, by which it writes, these end a line; to YAML 1.2 they are characters like others (§5.4).
        prop_assume!(!text.contains(['\u{2028}', '\u{2029}']));
        let node = parse("f", &text, Limits::CONFIG).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(as_json(&node), value, "{}", text);
    }

    /// Two readers, one meaning: what both read, they read alike, places included.
    #[test]
    fn json_and_yaml_agree(value in any_value()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            if let Some(node) = json::read(&text, Limits::CONFIG).unwrap() {
                prop_assert_eq!(node, events::read(&text, Limits::CONFIG).unwrap(), "{}", text);
            }
        }
    }

    #[test]
    fn json_is_read_as_it_was(value in any_value()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let node = parse("f", &text, Limits::CONFIG).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            prop_assert_eq!(as_json(&node), value.clone(), "{}", text);
        }
    }
}
