//! Tables of what expressions mean, and the law that no text makes them panic.

use proptest::prelude::*;
use serde_json::json;
use test_case::test_case;

use super::*;

fn contexts() -> serde_json::Value {
    json!({
        "env": {"URL": "https://x", "Empty": ""},
        "inputs": {"version": "v1.2.0", "window": true, "off": false, "n": 3},
        "secrets": {"TOKEN": "s3cret"},
        "vars": {"MAX": "1000"},
        "zarpe": {"run_id": "r1", "short_sha": "abc1234"},
        "steps": {"m": {"outcome": "success", "outputs": {"id": "7", "list": "[1,\"a\"]"}}},
        "needs (indirect)": {"far": {"result": "skipped", "outputs": {}}},
        "needs": {"a": {"result": "success", "outputs": {"x": "1"}}, "b": {"result": "failure", "outputs": {}}},
    })
}

const GOOD: Status = Status { success: true, failure: false, cancelled: false, safe: true };
const BAD: Status = Status { success: false, failure: true, cancelled: false, safe: false };

fn value(expression: &str) -> String {
    let contexts = contexts();
    let scope = Scope { contexts: &contexts, status: GOOD, withheld: &[] };
    match Expression::parse(expression).and_then(|expression| expression.evaluate(&scope)) {
        Ok(value) => serde_json::Value::from(&value).to_string(),
        Err(wrong) => format!("{}: {}", wrong.at, wrong.message),
    }
}

#[test_case("null" => "null")]
#[test_case("true" => "true")]
#[test_case("711" => "711")]
#[test_case("-9.2" => "-9.2")]
#[test_case("0xff" => "255")]
#[test_case("-2.99e-2" => "-0.0299")]
#[test_case("'It''s open source!'" => r#""It's open source!""#)]
#[test_case("inputs.version" => r#""v1.2.0""#)]
#[test_case("INPUTS.Version" => r#""v1.2.0""#; "names without regard to case")]
#[test_case("inputs['version']" => r#""v1.2.0""#; "by index")]
#[test_case("steps.m.outputs.id" => r#""7""#)]
#[test_case("needs.*.result" => r#"["success","failure"]"#; "of each")]
#[test_case("contains(needs.*.result, 'failure')" => "true"; "in a list")]
#[test_case("fromJSON(steps.m.outputs.list)[1]" => r#""a""#; "a part of parsed JSON")]
#[test_case("fromJSON(steps.m.outputs.list)[9]" => "null"; "beyond a list's end")]
#[test_case("fromJSON('{\"a\":{\"b\":1}}').a.c" => "null"; "no such part of parsed JSON")]
#[test_case("!inputs.off" => "true")]
#[test_case("!!''" => "false")]
#[test_case("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3" => "true")]
#[test_case("true || false && false" => "true"; "and binds closer than or")]
#[test_case("(true || false) && false" => "false")]
#[test_case("1 == 1 == true" => "true"; "from left to right")]
#[test_case("1 < 2 == true" => "true"; "order binds closer than equality")]
#[test_case("'A' == 'a'" => "true"; "texts without regard to case")]
#[test_case("'ñandú' == 'ÑANDÚ'" => "true"; "of any letters")]
#[test_case("'ß' == 'SS'" => "false"; "letter by letter")]
#[test_case("format('{0} {1} {2} {3} {4}', 1e21, 0.00001, 123456789012345678, 0.0001, -0)" => r#""1E+21 1E-05 1.23456789012346E+17 0.0001 0""#; "numbers in a text")]
#[test_case("null == ''" => "true"; "nothing is zero, and so is the empty text")]
#[test_case("null == 0" => "true")]
#[test_case("true == 1" => "true")]
#[test_case("true == '1'" => "true")]
#[test_case("true == 'true'" => "false"; "a word is not a number")]
#[test_case("'10' == 10" => "true")]
#[test_case("' 10 ' == 10" => "true")]
#[test_case("'0x10' == 16" => "true")]
#[test_case("NaN == NaN" => "false")]
#[test_case("fromJSON('[1]') == fromJSON('[1]')" => "false"; "lists that look alike are two")]
#[test_case("fromJSON('{}') != fromJSON('{}')" => "true"; "objects that look alike are two")]
#[test_case("needs.a == needs['A'] && needs == (needs || 1) && needs.a != needs.b" => "true"; "one object is itself")]
#[test_case("needs.*.result == needs.*.result" => "false"; "a list of each is made anew")]
#[test_case("contains(fromJSON('[[1], 2]'), fromJSON('[1]'))" => "false"; "a list in a list is another one")]
#[test_case("NaN != NaN" => "true")]
#[test_case("'abc' < 'ABD'" => "true")]
#[test_case("'9' > 10" => "false"; "as numbers")]
#[test_case("inputs.off || 'else'" => r#""else""#; "or gives a side")]
#[test_case("inputs.window && 'then'" => r#""then""#; "and gives a side")]
#[test_case("false && inputs.nothing" => "false"; "what does not decide is not looked at")]
#[test_case("contains('Hello world', 'LLO')" => "true")]
#[test_case("startsWith('Hello', 'he')" => "true")]
#[test_case("endsWith('Hello', 'LO')" => "true")]
#[test_case("format('{0}-{1}-{0} {{x}}', 'a', 1)" => r#""a-1-a {x}""#)]
#[test_case("join(needs.*.result, ', ')" => r#""success, failure""#)]
#[test_case("join('alone')" => r#""alone""#)]
#[test_case("contains(needs.a, 'ject') || contains('Array', fromJSON('[]'))" => "false"; "no text in an object")]
#[test_case("startsWith(fromJSON('[]'), 'A') || endsWith('Object', needs)" => "false"; "nor at its ends")]
#[test_case("join(needs.a)" => r#""""#; "an object joined")]
#[test_case("join(needs.*.result, needs)" => r#""success,failure""#; "no separator")]
#[test_case("join(fromJSON('[[1], {}]'))" => r#""Array,Object""#; "in a list they have their names")]
#[test_case("needs.far.result" => r#""skipped""#; "a job beyond those that are needed")]
#[test_case("needs['FAR'].result" => r#""skipped""#; "the same by index")]
#[test_case("contains(needs.*.result, 'skipped') || contains(toJSON(needs), 'far')" => "false"; "in all of them it is not")]
#[test_case("toJSON(fromJSON('{\"a\":[1,true,null]}')) == '{\n  \"a\": [\n    1,\n    true,\n    null\n  ]\n}'" => "true")]
#[test_case("SUCCESS() && always() && safe() && !failure() && !cancelled()" => "true")]
fn is(expression: &str) -> String {
    value(expression)
}

#[test_case("env.NOPE" => "4: `env.NOPE` is not defined"; "a variable of the environment")]
#[test_case("secrets.NOPE" => "8: `secrets.NOPE` is not defined"; "a secret")]
#[test_case("vars.NOPE" => "5: `vars.NOPE` is not defined"; "a variable")]
#[test_case("steps.x.outputs.id" => "6: `steps.x` is not defined"; "a step")]
#[test_case("steps.m.outputs.no" => "16: `steps.m.outputs.no` is not defined"; "an output")]
#[test_case("needs.b.outputs['x']" => "16: `needs.b.outputs.x` is not defined"; "an output by index")]
#[test_case("github.sha" => "0: there is no `github` in the expressions of a plan"; "a context of Actions")]
#[test_case("hashFiles('a')" => "0: hashFiles() reads files, and expressions of a plan read none"; "hash files")]
#[test_case("sucess()" => "0: there is no function `sucess`"; "a slip")]
#[test_case("success" => "0: there is no `success` in the expressions of a plan"; "not called")]
#[test_case("contains('a')" => "0: contains() takes 2 values, and has 1"; "too few")]
#[test_case("format('{1}', 1)" => "0: format: there is no value for {1}"; "no such value")]
#[test_case("format('{')" => "0: format: `{` has a brace that stands for nothing: write {0}, or {{ for a brace"; "a stray brace")]
#[test_case("fromJSON('{')" => "0: fromJSON: EOF while parsing an object at line 1 column 1"; "no JSON")]
#[test_case("'open" => "0: this text has no end"; "no end")]
#[test_case("\"a\"" => "0: a text in an expression stands in single quotes"; "double quotes")]
#[test_case("a b" => "0: there is no `a` in the expressions of a plan"; "two words")]
#[test_case("1 2" => "2: the expression should have ended here"; "two values")]
#[test_case("1 = 2" => "2: `=` means nothing in an expression"; "one equals sign")]
#[test_case("(1" => "2: `)` is missing here, to close the bracket"; "an open bracket")]
#[test_case("" => "0: a value is missing here"; "nothing")]
#[test_case("1 &&" => "4: a value is missing here"; "no right side")]
#[test_case("env." => "4: a name is missing here, after the point"; "no name")]
#[test_case("12abc" => "0: `12abc` is no number"; "no number")]
fn is_wrong(expression: &str) -> String {
    value(expression)
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("(", ")"), ("!", ""), ("env[", "]"), ("format(", ")")] {
        let text = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        assert!(Expression::parse(&text).is_err(), "{open}");
        let text = format!("{}'a'{}", open.repeat(51), close.repeat(51));
        assert!(Expression::parse(&text).is_err(), "{open}");
    }
    assert!(Expression::parse(&vec!["1"; 10_000].join("||")).is_err());
    assert!(Expression::parse(&format!("env{}", ".a".repeat(10_000))).is_err());
}

#[test]
fn a_small_expression_makes_no_large_text() {
    let doubled = (0..40).fold("'x'".to_owned(), |inner, _| format!("format('{{0}}{{0}}', {inner})"));
    assert!(value(&doubled).ends_with("this makes a text of more than 1048576 bytes"), "{}", value(&doubled));
}

#[test_case("plain" => "plain")]
#[test_case("${{ inputs.version }}" => "v1.2.0")]
#[test_case("a-${{ zarpe.short_sha }}-${{inputs.n}}!" => "a-abc1234-3!")]
#[test_case("${{ '}}' }} ${{ format('{0}', 1) }}" => "}} 1"; "braces inside")]
#[test_case("${{ null }}|${{ true }}|${{ 1.50 }}|${{ -0 }}" => "|true|1.5|0")]
#[test_case("é ${{ env.NOPE }}" => "10: `env.NOPE` is not defined"; "places count characters")]
#[test_case("a ${{ 1" => "2: this `${{` has no `}}`"; "no end of it")]
#[test_case("$${{ 1 }}{{ 2 }}" => "$1{{ 2 }}")]
fn renders(text: &str) -> String {
    let contexts = contexts();
    match render(text, &Scope { contexts: &contexts, status: GOOD, withheld: &[] }) {
        Ok(text) => text,
        Err(wrong) => format!("{}: {}", wrong.at, wrong.message),
    }
}

#[test_case("inputs.window", GOOD => Ok(true))]
#[test_case("inputs.window", BAD => Ok(false); "success is meant where no status is asked for")]
#[test_case("always()", BAD => Ok(true))]
#[test_case("failure() && inputs.window", BAD => Ok(true); "after a failure")]
#[test_case("safe()", BAD => Ok(false); "not safe")]
#[test_case("${{ inputs.off }}", GOOD => Ok(false); "with braces")]
#[test_case(" ${{ inputs.window }} ", GOOD => Ok(true); "with white space")]
#[test_case("${{ inputs.off }} == false", GOOD => Err("a condition is one expression: text around `${{ }}` is always true".to_owned()); "text around it")]
#[test_case("'false'", GOOD => Ok(true); "a text is true")]
fn condition(text: &str, status: Status) -> Result<bool, String> {
    let contexts = contexts();
    holds(text, &Scope { contexts: &contexts, status, withheld: &[] }).map_err(|wrong| wrong.message)
}

#[test_case("inputs.version" => "inputs.version 0+14")]
#[test_case("a" => "no expression")]
#[test_case("steps['m'].outputs.id && needs.*.result" => "steps.m.outputs.id 0+21, needs 25+5")]
#[test_case("env[inputs.n].x" => "env 0+3, env 0+3, inputs.n 4+8")]
#[test_case("contains(vars.A, env.B)" => "vars.A 9+6, env.B 17+5")]
fn asks_for(text: &str) -> String {
    let Ok(expression) = Expression::parse(text) else { return "no expression".to_owned() };
    let shown =
        expression.references().into_iter().map(|one| format!("{} {}+{}", one.path.join("."), one.at, one.width));
    shown.collect::<Vec<_>>().join(", ")
}

/// Texts of an expression's own words, which reach deeper than any text.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "inputs",
        ".version",
        "env",
        "[",
        "]",
        "(",
        ")",
        "!",
        "&&",
        "||",
        "==",
        "<",
        "'a'",
        "1",
        "-",
        ".5",
        "null",
        "format(",
        "'{0}'",
        ",",
        "fromJSON(",
        "'[1]'",
        "toJSON(",
        "needs",
        ".*",
        ".result",
        "join(",
        "${{",
        "}}",
        " ",
        "'",
        "é",
        "contains(",
        "steps",
    ]);
    prop::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

#[test_case("safe()" => true; "a call")]
#[test_case("always() && (SAFE() || failure())" => true; "within another, in any case")]
#[test_case("fromJSON(format('{0}', safe()))" => true; "as an argument")]
#[test_case("steps.x.outputs[safe()]" => true; "as an index")]
#[test_case("env.MODE == 'safe()'" => false; "in a text")]
#[test_case("steps.safe.outcome == 'success'" => false; "in a name")]
#[test_case("!cancelled()" => false; "another one")]
fn is_called(condition: &str) -> bool {
    condition_of(condition).unwrap().calls("safe")
}

#[test_case("${{ steps.a.outputs.b }} ${{ toJSON(needs.c) }}" => "steps.a.outputs.b needs.c"; "plainly and in a call")]
#[test_case("${{ steps.a.outputs.b || '' }}${{ inputs.x && needs.c }}${{ !env.D }}${{ vars.E == 1 }}" => ""; "beside operators")]
#[test_case("${{ fromJSON(steps.a.outputs[vars.X]).*.y }}" => "steps.a.outputs vars.X"; "what a name is computed of")]
fn cannot_do_without(text: &str) -> String {
    let written = Template::parse(text).unwrap().written();
    written.iter().map(|one| one.path.join(".")).collect::<Vec<_>>().join(" ")
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![any::<String>(), words()]) {
        let contexts = contexts();
        let scope = Scope { contexts: &contexts, status: GOOD, withheld: &[] };
        for wrong in [render(&text, &scope).err(), holds(&text, &scope).err()].into_iter().flatten() {
            prop_assert!(wrong.at <= text.chars().count(), "{wrong:?} is beyond {text:?}");
        }
        if let Ok(expression) = Expression::parse(&text) {
            for one in expression.references() {
                prop_assert!(one.at + one.width <= text.chars().count());
            }
            let _ = expression.evaluate(&scope);
        }
    }

    #[test]
    fn a_text_without_expressions_is_itself(text in "[^$]*") {
        let contexts = contexts();
        let rendered = render(&text, &Scope { contexts: &contexts, status: GOOD, withheld: &[] }).map_err(|wrong| wrong.message);
        prop_assert_eq!(rendered, Ok(text));
    }
}
