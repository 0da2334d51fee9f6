//! A checklist in Markdown, line by line: the items of its lists, the rows of its tables, and commands that stand alone, each
//! with an id that stays the same while the line's section, number or first words do.

mod covers;
mod import;
mod slug;

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

pub use covers::covers;
pub use import::import;
use slug::{number, slug};

/// A line of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What a step's `covers` names it by: its section's words, then its number or its first words.
    pub id: String,
    /// The heading that it stands under.
    pub section: String,
    /// What it says, in one line.
    pub text: String,
    /// Who is responsible, as it is written; empty where nobody is named.
    pub responsible: String,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// What a checklist says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checklist {
    /// Its first heading.
    pub title: String,
    /// Its lines in order.
    pub lines: Vec<Line>,
    /// The roles of its table of roles, as they are written.
    pub roles: Vec<String>,
}

/// Words of the heading of a column that says what is to be done, and who does it.
const TASKS: [&str; 7] = ["tarea", "actividad", "task", "activity", "action", "accion", "descripcion"];
const WHO: [&str; 7] = ["responsable", "responsables", "responsible", "owner", "who", "role", "rol"];

/// Reads a checklist; `text` is Markdown.
#[must_use]
pub fn read(text: &str) -> Checklist {
    let mut reader =
        Reader { text, found: Checklist::default(), ids: BTreeSet::new(), section: String::new(), items: Vec::new() };
    reader.read();
    reader.found
}

/// An item of a list that is open.
struct Item {
    text: String,
    at: usize,
    number: Option<u64>,
    /// Whether its own text has ended.
    closed: bool,
    /// Where its line goes, before those of the items in it.
    place: usize,
    has_items: bool,
}

struct Reader<'t> {
    text: &'t str,
    found: Checklist,
    ids: BTreeSet<String>,
    section: String,
    items: Vec<Item>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
        let mut heading: Option<String> = None;
        let mut code: Option<(String, usize)> = None;
        let mut numbers: Vec<Option<u64>> = Vec::new();
        let mut table = Table::default();
        for (event, range) in Parser::new_ext(self.text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => self.heading(heading.take().unwrap_or_default()),
                Event::Start(Tag::List(first)) => {
                    if let Some(item) = self.items.last_mut() {
                        (item.closed, item.has_items) = (true, true);
                    }
                    numbers.push(first);
                }
                Event::End(TagEnd::List(_)) => drop(numbers.pop()),
                Event::Start(Tag::Item) => {
                    let number = numbers.last_mut().and_then(|number| {
                        let own = *number;
                        *number = own.map(|number| number + 1);
                        own
                    });
                    let place = self.found.lines.len();
                    let at = range.start;
                    let text = String::new();
                    self.items.push(Item { text, at, number, closed: false, place, has_items: false });
                }
                Event::End(TagEnd::Item) => self.item(),
                Event::Start(Tag::CodeBlock(_)) => {
                    code = Some((String::new(), range.start));
                    if let Some(item) = self.items.last_mut() {
                        item.closed = true;
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((text, at)) = code.take().filter(|_| self.items.is_empty()) {
                        let line =
                            text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned();
                        self.line(&line, &slug(&line, 6), "", at, None);
                    }
                }
                Event::Start(Tag::Table(_)) => table = Table::default(),
                Event::Start(Tag::TableHead | Tag::TableRow) => table.begin(range.start),
                Event::End(TagEnd::TableHead) => table.head = std::mem::take(&mut table.cells),
                Event::End(TagEnd::TableRow) => self.row(&table),
                Event::Start(Tag::TableCell) => table.cells.push(String::new()),
                Event::Text(words) => {
                    if let Some((text, _)) = &mut code {
                        text.push_str(&words);
                    } else {
                        self.words(&words, &mut heading, &mut table);
                    }
                }
                Event::Code(words) => self.words(&words, &mut heading, &mut table),
                Event::SoftBreak | Event::HardBreak => self.words(" ", &mut heading, &mut table),
                _ => {}
            }
        }
    }

    fn words(&mut self, words: &str, heading: &mut Option<String>, table: &mut Table) {
        if let Some(heading) = heading {
            heading.push_str(words);
        } else if let Some(cell) = table.cells.last_mut().filter(|_| self.items.is_empty()) {
            cell.push_str(words);
        } else if let Some(item) = self.items.last_mut().filter(|item| !item.closed) {
            item.text.push_str(words);
        }
    }

    fn heading(&mut self, text: String) {
        if self.found.title.is_empty() {
            text.trim().clone_into(&mut self.found.title);
        }
        self.section = text.trim().to_owned();
    }

    /// An item that only names those in it is no line of its own.
    fn item(&mut self) {
        let Some(item) = self.items.pop() else { return };
        let text = item.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || item.has_items && text.ends_with(':') {
            return;
        }
        let own = item.number.map_or_else(|| words_of(&text), |number| number.to_string());
        self.line(&text, &own, "", item.at, Some(item.place));
    }

    fn row(&mut self, table: &Table) {
        let column = |names: &[&str]| table.head.iter().position(|head| names.contains(&slug(head, 3).as_str()));
        let cell = |at: Option<usize>| at.and_then(|at| table.cells.get(at)).map_or("", |cell| cell.trim());
        let Some(task) = column(&TASKS) else {
            // The table of who is who: the roles are its first column.
            if column(&WHO) == Some(0) {
                let role = cell(Some(0)).to_owned();
                self.found.roles.extend(Some(role).filter(|role| !role.is_empty()));
            }
            return;
        };
        let (text, who) = (cell(Some(task)).to_owned(), cell(column(&WHO)).to_owned());
        let own = number(&text).or_else(|| number(cell(Some(0))).filter(|_| task != 0));
        // A row that only heads those under it has neither a number nor anybody responsible.
        if text.is_empty() || own.is_none() && who.is_empty() && column(&WHO).is_some() {
            return;
        }
        let own = own.unwrap_or_else(|| words_of(&text));
        self.line(&text, &own, &who, table.at, None);
    }

    fn line(&mut self, text: &str, own: &str, responsible: &str, at: usize, place: Option<usize>) {
        if text.is_empty() || own.is_empty() {
            return;
        }
        let id = format!("{}.{own}", slug(&self.section, 6));
        let is_new = |id: &String| !self.ids.contains(id);
        let id =
            (1..).map(|nth| if nth == 1 { id.clone() } else { format!("{id}-{nth}") }).find(is_new).unwrap_or_default();
        self.ids.insert(id.clone());
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let (section, text) = (self.section.clone(), text.to_owned());
        let line = Line { id, section, text, responsible: responsible.to_owned(), line };
        let place = place.unwrap_or(self.found.lines.len()).min(self.found.lines.len());
        self.found.lines.insert(place, line);
    }
}

/// The words before a colon, where they are few, else the first words.
fn words_of(text: &str) -> String {
    match text.split_once(':') {
        Some((before, _)) if before.split_whitespace().count() <= 4 => slug(before, 6),
        _ => slug(text, 6),
    }
}

#[derive(Default)]
struct Table {
    head: Vec<String>,
    cells: Vec<String>,
    at: usize,
}

impl Table {
    fn begin(&mut self, at: usize) {
        self.cells.clear();
        self.at = at;
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("# T\n## 1. Preparación\n1. Uno\n2. Dos\n" => "preparacion.1 preparacion.2"; "a numbered list")]
    #[test_case("## A\n- Base de datos: x y\n- otra cosa más que hacer ahora mismo\n- Base de datos: z" => "a.base-de-datos a.otra-cosa-mas-que-hacer-ahora a.base-de-datos-2"; "words, and twice")]
    #[test_case("## A\n- Todo:\n  - uno\n  - dos\n" => "a.uno a.dos"; "an item that names others")]
    #[test_case("## A\n1. x\n   ```sh\n   y\n   ```\n```sh\nmake all\n```" => "a.1 a.make-all"; "commands")]
    #[test_case("## B\n| Tarea | Responsable | Estado |\n|-|-|-|\n| **Grupo** | | |\n| 1.1. Hacer | QA | [ ] |\n| Más | DBA | [ ] |" => "b.1.1 b.mas"; "a table")]
    #[test_case("## B\n| Step | Task | Owner |\n|-|-|-|\n| 1 | **Go** | QA |\n| 2 | Check | |\n| | 2.1. This | QA |" => "b.1 b.2 b.2.1"; "numbers in a column of their own")]
    #[test_case("## B\n| Rol | Nombre |\n|-|-|\n| Líder | x |" => "roles Líder"; "who is who")]
    fn lines(text: &str) -> String {
        let found = super::read(text);
        if found.lines.is_empty() {
            return format!("roles {}", found.roles.join(", "));
        }
        found.lines.iter().map(|line| line.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_item_stands_before_those_in_it_and_knows_its_line() {
        let found = super::read("## A\n\n- uno\n  - dos\n- tres\n");
        let lines: Vec<(&str, usize)> = found.lines.iter().map(|line| (line.text.as_str(), line.line)).collect();
        assert_eq!(lines, [("uno", 3), ("dos", 4), ("tres", 5)]);
    }
}
