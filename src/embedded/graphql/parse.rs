//! Reads a query (GraphQL specification, October 2021, sections 2.1–2.12): operations, selections, arguments, fragments.

use serde_json::{Map, Value};

/// A whole request.
pub(super) struct Document {
    pub(super) operations: Vec<Operation>,
    pub(super) fragments: Vec<Fragment>,
}

/// A query or a mutation.
pub(super) struct Operation {
    pub(super) kind: String,
    pub(super) name: Option<String>,
    /// Variables that have a default.
    pub(super) defaults: Vec<(String, Value)>,
    pub(super) selections: Vec<Selection>,
}

/// A part of a query that has a name.
pub(super) struct Fragment {
    pub(super) name: String,
    pub(super) on: String,
    pub(super) selections: Vec<Selection>,
}

/// What is asked of an object.
pub(super) enum Selection {
    Field(Field),
    /// `... on TYPE { … }`; without a type it holds for all.
    Inline {
        on: Option<String>,
        selections: Vec<Selection>,
    },
    /// `...NAME`
    Spread(String),
}

/// One field of an object.
pub(super) struct Field {
    /// The name in the answer.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) arguments: Vec<(String, Literal)>,
    pub(super) selections: Vec<Selection>,
}

/// An argument as it is written.
pub(super) enum Literal {
    /// Numbers, strings, names of enums.
    Value(Value),
    Variable(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

/// What is wrong with a query, in a sentence.
pub(super) type Refusal = String;

/// Parses a request.
pub(super) fn parse(text: &str) -> Result<Document, Refusal> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let mut document = Document { operations: Vec::new(), fragments: Vec::new() };
    while let Some(token) = parser.peek().cloned() {
        if token == Token::Name("fragment".to_owned()) {
            document.fragments.push(parser.fragment()?);
        } else {
            document.operations.push(parser.operation()?);
        }
    }
    Ok(document)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Value(Value),
    /// `{ } ( ) [ ] : = ! $ @ |`, and `…` for three points.
    Sign(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        // Commas count as white space.
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '\u{feff}');
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, length) = match first {
            '#' => {
                rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
                continue;
            }
            '.' if rest.starts_with("...") => (Token::Sign('…'), 3),
            '"' => string(rest)?,
            '-' | '0'..='9' => number(rest)?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Name(rest.get(..end).unwrap_or_default().to_owned()), end)
            }
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '=' | '!' | '$' | '@' | '|' => (Token::Sign(first), 1),
            other => return Err(format!("Parse error on {other:?} (UNKNOWN_CHAR)")),
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// A string; its escapes are those of JSON.
fn string(text: &str) -> Result<(Token, usize), Refusal> {
    let mut escaped = false;
    let is_end = |(_, character): &(usize, char)| {
        let end = *character == '"' && !escaped;
        escaped = *character == '\\' && !escaped;
        end
    };
    let end = text.char_indices().skip(1).find(is_end).map(|(end, _)| end + 1);
    let written = end.and_then(|end| text.get(..end)).ok_or("Parse error: a string does not end")?;
    let value = serde_json::from_str(written).map_err(|error| format!("Parse error on {written}: {error}"))?;
    Ok((Token::Value(value), written.len()))
}

fn number(text: &str) -> Result<(Token, usize), Refusal> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-')).unwrap_or(text.len());
    let written = text.get(..end).unwrap_or_default();
    let value = serde_json::from_str(written).map_err(|error| format!("Parse error on {written}: {error}"))?;
    Ok((Token::Value(value), end))
}

/// Deeper than this is no query of a person.
const DEPTH: usize = 64;

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Result<Token, Refusal> {
        let token = self.peek().cloned().ok_or("Unexpected end of document")?;
        self.next += 1;
        Ok(token)
    }

    fn eat(&mut self, sign: char) -> bool {
        let there = self.peek() == Some(&Token::Sign(sign));
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, sign: char) -> Result<(), Refusal> {
        if self.eat(sign) { Ok(()) } else { Err(self.unexpected(&format!("{sign:?}"))) }
    }

    fn unexpected(&self, expected: &str) -> Refusal {
        self.peek().map_or_else(
            || format!("Unexpected end of document, expected {expected}"),
            |token| format!("Parse error on {token:?}, expected {expected}"),
        )
    }

    fn name(&mut self) -> Result<String, Refusal> {
        match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn operation(&mut self) -> Result<Operation, Refusal> {
        if self.peek() == Some(&Token::Sign('{')) {
            let selections = self.selections()?;
            return Ok(Operation { kind: "query".to_owned(), name: None, defaults: Vec::new(), selections });
        }
        let kind = self.name()?;
        let name = matches!(self.peek(), Some(Token::Name(_))).then(|| self.name()).transpose()?;
        let mut defaults = Vec::new();
        if self.eat('(') {
            while !self.eat(')') {
                defaults.extend(self.variable()?);
            }
        }
        Ok(Operation { kind, name, defaults, selections: self.selections()? })
    }

    /// `$name: [Type!]! = default`; only the default matters here.
    fn variable(&mut self) -> Result<Option<(String, Value)>, Refusal> {
        self.expect('$')?;
        let name = self.name()?;
        self.expect(':')?;
        while matches!(self.peek(), Some(Token::Name(_) | Token::Sign('[' | ']' | '!'))) {
            self.next += 1;
        }
        if !self.eat('=') {
            return Ok(None);
        }
        let default = self.literal()?;
        Ok(Some((name, default.value(&Map::new()))))
    }

    fn fragment(&mut self) -> Result<Fragment, Refusal> {
        self.next += 1;
        let name = self.name()?;
        if self.name()? != "on" {
            return Err(self.unexpected("`on`"));
        }
        Ok(Fragment { name, on: self.name()?, selections: self.selections()? })
    }

    fn selections(&mut self) -> Result<Vec<Selection>, Refusal> {
        self.expect('{')?;
        self.deeper()?;
        let mut selections = Vec::new();
        while !self.eat('}') {
            selections.push(self.selection()?);
        }
        self.depth -= 1;
        Ok(selections)
    }

    fn deeper(&mut self) -> Result<(), Refusal> {
        self.depth += 1;
        if self.depth > DEPTH { Err(format!("Query has depth of more than {DEPTH}")) } else { Ok(()) }
    }

    fn selection(&mut self) -> Result<Selection, Refusal> {
        if !self.eat('…') {
            return self.field().map(Selection::Field);
        }
        match self.peek().cloned() {
            Some(Token::Name(on)) if on == "on" => {
                self.next += 1;
                Ok(Selection::Inline { on: Some(self.name()?), selections: self.selections()? })
            }
            Some(Token::Name(_)) => self.name().map(Selection::Spread),
            _ => Ok(Selection::Inline { on: None, selections: self.selections()? }),
        }
    }

    fn field(&mut self) -> Result<Field, Refusal> {
        let first = self.name()?;
        let (key, name) = if self.eat(':') { (first, self.name()?) } else { (first.clone(), first) };
        let mut arguments = Vec::new();
        if self.eat('(') {
            while !self.eat(')') {
                arguments.push(self.pair()?);
            }
        }
        let nested = self.peek() == Some(&Token::Sign('{'));
        let selections = if nested { self.selections()? } else { Vec::new() };
        Ok(Field { key, name, arguments, selections })
    }

    fn pair(&mut self) -> Result<(String, Literal), Refusal> {
        let name = self.name()?;
        self.expect(':')?;
        Ok((name, self.literal()?))
    }

    fn literal(&mut self) -> Result<Literal, Refusal> {
        self.deeper()?;
        let literal = match self.take()? {
            Token::Value(value) => Literal::Value(value),
            Token::Name(name) => Literal::Value(match name.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "null" => Value::Null,
                _ => name.into(),
            }),
            Token::Sign('$') => Literal::Variable(self.name()?),
            Token::Sign('[') => {
                let mut items = Vec::new();
                while !self.eat(']') {
                    items.push(self.literal()?);
                }
                Literal::List(items)
            }
            Token::Sign('{') => {
                let mut pairs = Vec::new();
                while !self.eat('}') {
                    pairs.push(self.pair()?);
                }
                Literal::Object(pairs)
            }
            Token::Sign(sign) => return Err(format!("Parse error on {sign:?}, expected a value")),
        };
        self.depth -= 1;
        Ok(literal)
    }
}

impl Literal {
    /// The value, with these variables.
    pub(super) fn value(&self, variables: &Map<String, Value>) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Variable(name) => variables.get(name).cloned().unwrap_or_default(),
            Self::List(items) => items.iter().map(|item| item.value(variables)).collect(),
            Self::Object(pairs) => pairs.iter().map(|(name, value)| (name.clone(), value.value(variables))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_arguments_defaults_and_fragments_are_read() {
        let document = parse(
            "query Q($a: [Int!]! = [1, 2], $b: String) { # a comment
               head: commits(last: 1, by: {field: NAME, text: \"a\\\"}b\"}, list: $a) { ... on Commit { oid } ...F }
             }
             fragment F on Commit { oid }",
        )
        .unwrap();
        let operation = &document.operations[0];
        assert_eq!(operation.name.as_deref(), Some("Q"));
        assert_eq!(operation.defaults, [("a".to_owned(), serde_json::json!([1, 2]))]);
        let Selection::Field(field) = &operation.selections[0] else { panic!("no field") };
        assert_eq!((field.key.as_str(), field.name.as_str(), field.selections.len()), ("head", "commits", 2));
        let variables = operation.defaults.iter().cloned().collect();
        let values: Vec<Value> = field.arguments.iter().map(|(_, literal)| literal.value(&variables)).collect();
        let by = serde_json::json!({ "field": "NAME", "text": "a\"}b" });
        assert_eq!(values, [serde_json::json!(1), by, serde_json::json!([1, 2])]);
        assert_eq!(document.fragments[0].on, "Commit");
    }

    #[test_case::test_case("query {"; "an end too early")]
    #[test_case::test_case("query { a(b: ) }"; "no value")]
    #[test_case::test_case("query { a(b: \"x) }"; "a string without end")]
    #[test_case::test_case("query { ? }"; "a character of no use")]
    fn what_is_no_query_is_refused(text: &str) {
        assert!(parse(text).is_err());
    }

    #[test]
    fn a_deep_query_is_refused_and_not_followed() {
        assert!(parse(&"{a".repeat(100_000)).is_err());
        assert!(parse(&format!("{{a(b: {}", "[".repeat(100_000))).is_err());
    }
}
