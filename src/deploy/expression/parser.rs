//! An expression as a tree, and the names that it asks for.

use super::Wrong;
use super::functions::Function;
use super::lexer::{Placed, Token, words};
use super::value::Value;

/// How deep an expression may be nested, as on GitHub: following it by recursion is safe.
const DEEPEST: usize = 50;

/// How many words an expression may have: each operator of a long row is a level of the tree.
const WORDS: usize = 500;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub(super) root: Tree,
}

/// A name that an expression asks for: `steps.build.outputs.id` is `["steps", "build", "outputs", "id"]`, as far as it is
/// written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The parts.
    pub path: Vec<String>,
    /// The characters before it.
    pub at: usize,
    /// Its length.
    pub width: usize,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Literal(Value),
    Context {
        name: String,
        at: usize,
    },
    Part {
        of: Box<Self>,
        key: Box<Self>,
        at: usize,
        width: usize,
    },
    /// `.*`
    Every(Box<Self>),
    Call {
        function: Function,
        arguments: Vec<Self>,
        at: usize,
    },
    Not(Box<Self>),
    Operation {
        sign: &'static str,
        left: Box<Self>,
        right: Box<Self>,
    },
}

/// The operators of two sides, the loosest first.
const LEVELS: [&[&str]; 4] = [&["||"], &["&&"], &["==", "!="], &["<", "<=", ">", ">="]];

impl Expression {
    /// Reads the inside of `${{ … }}`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse_at(text, 0)
    }

    pub(super) fn parse_at(text: &str, offset: usize) -> Result<Self, Wrong> {
        let words = words(text, offset)?;
        let end = offset + text.trim_end().chars().count();
        if words.len() > WORDS {
            return Err(Wrong::new(format!("this expression has more than {WORDS} words"), offset, 1));
        }
        let mut parser = Parser { words, next: 0, end, depth: 0 };
        let root = parser.level(0)?;
        match parser.peek() {
            None => Ok(Self { root }),
            Some(word) => Err(Wrong::new("the expression should have ended here", word.at, word.width)
                .help("join two values by an operator: && || == != < <= > >=")),
        }
    }

    /// The names that it asks for.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        self.names(true)
    }

    /// Those of them that it cannot do without: none beside an operator, where what was not given is nothing.
    #[must_use]
    pub(super) fn written(&self) -> Vec<Reference> {
        self.names(false)
    }

    fn names(&self, beside_operators: bool) -> Vec<Reference> {
        let mut found = Vec::new();
        let mut rest = vec![&self.root];
        while let Some(tree) = rest.pop() {
            found.extend(reference(tree));
            match tree {
                Tree::Literal(_) | Tree::Context { .. } => {}
                // What stands before the point is in the reference already; its computed keys are not.
                Tree::Part { of, key, .. } => rest.extend([below(of), key]),
                Tree::Every(of) => rest.push(of),
                Tree::Call { arguments, .. } => rest.extend(arguments),
                Tree::Not(_) | Tree::Operation { .. } if !beside_operators => {}
                Tree::Not(of) => rest.push(of),
                Tree::Operation { left, right, .. } => rest.extend([left.as_ref(), right]),
            }
        }
        found.sort_by_key(|one| one.at);
        found
    }

    /// What is asked, by `==` and `!=`, whether it is this text.
    #[must_use]
    pub fn compared(&self) -> Vec<(Reference, String)> {
        let mut found = Vec::new();
        let mut rest = vec![&self.root];
        while let Some(tree) = rest.pop() {
            match tree {
                Tree::Literal(_) | Tree::Context { .. } => {}
                Tree::Part { of, key, .. } => rest.extend([of.as_ref(), key]),
                Tree::Every(of) | Tree::Not(of) => rest.push(of),
                Tree::Call { arguments, .. } => rest.extend(arguments),
                Tree::Operation { sign, left, right } => {
                    match (left.as_ref(), right.as_ref()) {
                        (asked, Tree::Literal(Value::Text(text))) | (Tree::Literal(Value::Text(text)), asked)
                            if matches!(*sign, "==" | "!=") =>
                        {
                            found.extend(reference(asked).map(|asked| (asked, text.clone())));
                        }
                        _ => {}
                    }
                    rest.extend([left.as_ref(), right]);
                }
            }
        }
        found
    }

    /// Whether it asks how things stand: then it is judged after a failure too.
    #[must_use]
    pub fn asks_for_status(&self) -> bool {
        self.functions().into_iter().any(Function::is_status)
    }

    /// Whether it calls the function of this name: a text or a part of a name that reads like it is no call.
    #[must_use]
    pub fn calls(&self, name: &str) -> bool {
        Function::named(name).is_ok_and(|function| self.functions().contains(&function))
    }

    /// The functions that it calls.
    fn functions(&self) -> Vec<Function> {
        let (mut found, mut rest) = (Vec::new(), vec![&self.root]);
        while let Some(tree) = rest.pop() {
            match tree {
                Tree::Call { function, arguments, .. } => {
                    found.push(*function);
                    rest.extend(arguments);
                }
                Tree::Part { of, key, .. } => rest.extend([of.as_ref(), key]),
                Tree::Every(of) | Tree::Not(of) => rest.push(of),
                Tree::Operation { left, right, .. } => rest.extend([left.as_ref(), right]),
                Tree::Literal(_) | Tree::Context { .. } => {}
            }
        }
        found
    }
}

/// The first tree below that is not a plain part of the same name.
fn below(mut tree: &Tree) -> &Tree {
    const NOTHING: &Tree = &Tree::Literal(Value::Null);
    while let Tree::Part { of, key, .. } = tree {
        if !matches!(key.as_ref(), Tree::Literal(_)) {
            return tree;
        }
        tree = of;
    }
    if matches!(tree, Tree::Context { .. }) { NOTHING } else { tree }
}

/// The whole name, where the tree is one: a context and the parts that are written out.
fn reference(tree: &Tree) -> Option<Reference> {
    let (mut path, mut tree, mut end) = (Vec::new(), tree, None);
    loop {
        match tree {
            Tree::Part { of, key, at, width } => {
                match key.as_ref() {
                    Tree::Literal(key) => {
                        end = end.or(Some(at + width));
                        path.push(key.text());
                    }
                    // What is computed is known when it runs.
                    _ => {
                        path.clear();
                        end = None;
                    }
                }
                tree = of;
            }
            Tree::Context { name, at } => {
                path.push(name.clone());
                path.reverse();
                let end = end.unwrap_or(at + name.chars().count());
                return Some(Reference { path, at: *at, width: end.saturating_sub(*at) });
            }
            _ => return None,
        }
    }
}

struct Parser {
    words: Vec<Placed>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Placed> {
        self.words.get(self.next)
    }

    fn take(&mut self) -> Option<Placed> {
        let word = self.words.get(self.next).cloned();
        self.next += 1;
        word
    }

    fn is_next(&self, sign: &str) -> bool {
        self.peek().is_some_and(|word| matches!(word.token, Token::Sign(there) if there == sign))
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let there = self.is_next(sign);
        self.next += usize::from(there);
        there
    }

    /// The place of the next word, or of the end.
    fn here(&self) -> (usize, usize) {
        self.peek().map_or((self.end, 1), |word| (word.at, word.width))
    }

    fn wrong(&self, message: impl Into<String>) -> Wrong {
        let (at, width) = self.here();
        Wrong::new(message, at, width)
    }

    fn expect(&mut self, sign: &str, after: &str) -> Result<(), Wrong> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.wrong(format!("`{sign}` is missing here, {after}"))) }
    }

    fn level(&mut self, level: usize) -> Result<Tree, Wrong> {
        let Some(signs) = LEVELS.get(level) else { return self.not() };
        let mut left = self.level(level + 1)?;
        let mut row = 0;
        while let Some(sign) = signs.iter().find(|sign| self.is_next(sign)) {
            row += 1;
            if row > DEEPEST {
                return Err(self.wrong(format!("more than {DEEPEST} operators stand in a row here")));
            }
            self.next += 1;
            let right = self.level(level + 1)?;
            left = Tree::Operation { sign, left: Box::new(left), right: Box::new(right) };
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Tree, Wrong> {
        if !self.is_next("!") {
            return self.parts();
        }
        self.deeper(|parser| {
            parser.next += 1;
            parser.not().map(|tree| Tree::Not(Box::new(tree)))
        })
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(format!("this expression is nested more than {DEEPEST} levels deep")));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// A value and its parts: `a.b`, `a['b']`, `a.*`.
    fn parts(&mut self) -> Result<Tree, Wrong> {
        let mut tree = self.value()?;
        let mut row = 0;
        loop {
            row += 1;
            if row > DEEPEST {
                return Err(self.wrong(format!("this name has more than {DEEPEST} parts")));
            }
            tree = if self.take_sign(".") {
                self.named_part(tree)?
            } else if self.take_sign("[") {
                let (at, _) = self.here();
                if self.take_sign("*") {
                    self.expect("]", "after `[*`")?;
                    Tree::Every(Box::new(tree))
                } else {
                    let key = self.deeper(|parser| parser.level(0))?;
                    let (end, _) = self.here();
                    self.expect("]", "after the index")?;
                    Tree::Part { of: Box::new(tree), key: Box::new(key), at, width: end + 1 - at }
                }
            } else {
                return Ok(tree);
            };
        }
    }

    fn named_part(&mut self, of: Tree) -> Result<Tree, Wrong> {
        let (at, width) = self.here();
        let missing = self.wrong("a name is missing here, after the point");
        match self.take().map(|word| word.token) {
            Some(Token::Sign("*")) => Ok(Tree::Every(Box::new(of))),
            Some(Token::Name(name)) => Ok(part(of, name, at, width)),
            Some(Token::Bool(word)) => Ok(part(of, word.to_string(), at, width)),
            Some(Token::Null) => Ok(part(of, "null".to_owned(), at, width)),
            _ => Err(missing),
        }
    }

    fn value(&mut self) -> Result<Tree, Wrong> {
        let missing = self
            .wrong("a value is missing here")
            .help("a name such as inputs.version, a 'text', a number, true or false");
        let Some(Placed { token, at, width }) = self.take() else { return Err(missing) };
        match token {
            Token::Null => Ok(Tree::Literal(Value::Null)),
            Token::Bool(value) => Ok(Tree::Literal(Value::Bool(value))),
            Token::Number(value) => Ok(Tree::Literal(Value::Number(value))),
            Token::Text(text) => Ok(Tree::Literal(Value::Text(text))),
            Token::Name(name) if self.is_next("(") => self.call(&name, at, width),
            Token::Name(name) => context(name, at, width),
            Token::Sign("(") => {
                let inner = self.deeper(|parser| parser.level(0))?;
                self.expect(")", "to close the bracket").map(|()| inner)
            }
            Token::Sign(_) => Err(missing),
        }
    }

    fn call(&mut self, name: &str, at: usize, width: usize) -> Result<Tree, Wrong> {
        let function = Function::named(name).map_err(|(message, help)| Wrong::new(message, at, width).help(help))?;
        self.next += 1;
        let arguments = if self.take_sign(")") { Vec::new() } else { self.deeper(Self::arguments)? };
        let (fewest, most) = function.arity();
        if (fewest..=most).contains(&arguments.len()) {
            return Ok(Tree::Call { function, arguments, at });
        }
        let wanted = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
        let message = format!("{name}() takes {wanted} values, and has {}", arguments.len());
        Err(Wrong::new(message, at, width).help(function.usage()))
    }

    fn arguments(&mut self) -> Result<Vec<Tree>, Wrong> {
        let mut arguments = vec![self.level(0)?];
        while self.take_sign(",") {
            arguments.push(self.level(0)?);
        }
        self.expect(")", "after the last value").map(|()| arguments)
    }
}

fn part(of: Tree, name: String, at: usize, width: usize) -> Tree {
    Tree::Part { of: Box::new(of), key: Box::new(Tree::Literal(Value::Text(name))), at, width }
}

fn context(name: String, at: usize, width: usize) -> Result<Tree, Wrong> {
    if super::CONTEXTS.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        return Ok(Tree::Context { name: name.to_ascii_lowercase(), at });
    }
    let wrong = Wrong::new(format!("there is no `{name}` in the expressions of a plan"), at, width);
    Err(match Function::named(&name) {
        Ok(_) => wrong.help(format!("call it: {name}()")),
        Err(_) => wrong.help(format!("there are {}; a text stands in single quotes", super::CONTEXTS.join(", "))),
    })
}
