//! A checklist in Markdown, line by line: the items of its lists, the rows of its tables, and commands that stand alone, each
//! with an id that stays the same while the line's section, number or first words do.

mod back;
mod block;
mod condition;
mod covers;
mod heads;
mod import;
mod prose;
mod roles;
mod slug;
mod table;
mod who;

use std::collections::{BTreeMap, BTreeSet};

use block::{command, in_one_line, is_no_command, is_task_list};
use heads::{Heads, Paragraph};
use prose::Prose;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

pub use covers::covers;
pub use heads::Head;
pub use import::{doubts, import, unread};
use slug::{slug, words_of};
use table::Table;

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
    /// The number of its heading: another section may have the same words.
    pub part: usize,
    /// What stands above it, the outermost first: headings, a paragraph that stands as one, and items that have items in them.
    pub heads: Vec<Head>,
}

/// What a checklist says and no line stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What it is.
    pub kind: UnreadKind,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// What it is that no line stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadKind {
    /// A table in HTML.
    Table,
    /// The text of this section, which has nothing else.
    Section(String),
    /// A heading with nothing below it.
    Heading(String),
    /// A text beside lines.
    Text,
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
    /// What no line stands for.
    pub unread: Vec<Unread>,
}

/// Reads a checklist; `text` is Markdown. Every item of a list and every row of a table is a line, but for those that only head
/// others.
#[must_use]
pub fn read(text: &str) -> Checklist {
    // Some editors begin a file with a mark of its bytes' order.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        text,
        found: Checklist::default(),
        section: String::new(),
        items: Vec::new(),
        part: 0,
        at: 0,
        level: None,
        prose: Prose::default(),
        heads: Heads::default(),
        paragraph: None,
    };
    reader.read();
    reader.ended(None);
    reader.name();
    reader.found.unread.sort_by_key(|one| one.line);
    reader.found
}

/// An item of a list that is open.
struct Item {
    text: String,
    at: usize,
    /// Its number, behind what the item is named by that it stands in; `None` in a list without numbers.
    number: Option<String>,
    /// Whether its own text has ended.
    closed: bool,
    /// The commands in it, and what it says behind them.
    more: String,
    /// Where its line goes, before those of the items in it.
    place: usize,
    has_items: bool,
    /// Whether it has a box to tick: it is to be done, whatever stands in it.
    is_task: bool,
}

impl Item {
    /// What it is named by in its section.
    fn name(&self) -> String {
        self.number.clone().unwrap_or_else(|| words_of(who::responsible(&self.text).0))
    }
}

struct Reader<'t> {
    text: &'t str,
    found: Checklist,
    section: String,
    items: Vec<Item>,
    /// How many headings there were.
    part: usize,
    /// Where the last of them begins, and its level.
    at: usize,
    level: Option<HeadingLevel>,
    /// What the section says beside its lines.
    prose: Prose,
    heads: Heads,
    /// A paragraph that is open, in no item and no table.
    paragraph: Option<Paragraph>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
        let mut heading: Option<String> = None;
        let mut code: Option<(String, usize)> = None;
        let mut is_sample = false;
        let mut numbers: Vec<Option<u64>> = Vec::new();
        let mut table: Option<Table> = None;
        let mut html: Option<String> = None;
        for (event, range) in Parser::new_ext(self.text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(level)) => {
                    self.heading(&heading.take().unwrap_or_default(), level, range.start);
                }
                Event::Start(Tag::List(first)) => {
                    self.prose.heads();
                    if let Some(item) = self.items.last_mut() {
                        (item.closed, item.has_items) = (true, true);
                    }
                    numbers.push(first);
                }
                Event::End(TagEnd::List(_)) => {
                    numbers.pop();
                    self.block_ends();
                }
                Event::Start(Tag::Item) => {
                    let number = numbers.last_mut().and_then(|number| {
                        let own = *number;
                        *number = own.map(|number| number + 1);
                        own
                    });
                    let within = self.items.last().map(Item::name).filter(|name| !name.is_empty());
                    let number = number.map(|own| within.map_or(own.to_string(), |name| format!("{name}.{own}")));
                    let place = self.found.lines.len();
                    let at = range.start;
                    let text = String::new();
                    let more = String::new();
                    self.items.push(Item {
                        text,
                        at,
                        number,
                        closed: false,
                        more,
                        place,
                        has_items: false,
                        is_task: false,
                    });
                }
                Event::TaskListMarker(_) => {
                    if let Some(item) = self.items.last_mut() {
                        item.is_task = true;
                    }
                }
                Event::End(TagEnd::Item) => self.item(),
                Event::Start(Tag::CodeBlock(kind)) => {
                    code = Some((String::new(), range.start));
                    is_sample = is_no_command(&kind);
                    if let Some(item) = self.items.last_mut() {
                        item.closed = true;
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((text, at)) = code.take() {
                        self.code(&text, at, is_sample);
                        self.block_ends();
                    }
                }
                Event::Start(Tag::Table(_)) => {
                    self.prose.heads();
                    if let Some(item) = self.items.last_mut() {
                        (item.closed, item.has_items) = (true, true);
                    }
                    table = Some(Table::default());
                }
                Event::End(TagEnd::Table) => {
                    self.table(&table.take().unwrap_or_default(), range.start);
                    self.block_ends();
                }
                Event::Start(Tag::Paragraph) => match self.items.last_mut() {
                    // Another paragraph of the same item.
                    Some(item) if !item.closed && !item.text.is_empty() => item.text.push(' '),
                    _ => {
                        self.prose.ends();
                        self.paragraph = self.items.is_empty().then(Paragraph::default);
                    }
                },
                Event::End(TagEnd::Paragraph) => self.paragraph_ends(range.start),
                Event::Start(Tag::Strong) if self.paragraph.is_some() => self.strong(true),
                Event::End(TagEnd::Strong) if self.paragraph.is_some() => self.strong(false),
                Event::Start(Tag::HtmlBlock) => html = Some(String::new()),
                Event::Html(words) => html.get_or_insert_default().push_str(&words),
                Event::End(TagEnd::HtmlBlock) => self.html(&html.take().unwrap_or_default(), range.start),
                Event::Text(words) => {
                    if let Some((text, _)) = &mut code {
                        text.push_str(&words);
                    } else {
                        self.words(&words, range.start, &mut heading, table.as_mut());
                    }
                }
                Event::Code(words) => self.words(&words, range.start, &mut heading, table.as_mut()),
                Event::SoftBreak | Event::HardBreak => self.words(" ", range.start, &mut heading, table.as_mut()),
                // What Markdown takes for a tag is what the line says.
                Event::InlineHtml(words)
                    if table.is_none() && !words.starts_with("<!--") && !words.starts_with("<br") =>
                {
                    self.words(&words, range.start, &mut heading, None);
                }
                event => {
                    if let Some(table) = &mut table {
                        table.event(&event, range.start);
                    }
                }
            }
        }
    }

    fn strong(&mut self, begins: bool) {
        if let Some(paragraph) = &mut self.paragraph {
            paragraph.strong(begins);
        }
    }

    fn paragraph_ends(&mut self, at: usize) {
        if let Some((text, is_strong)) = self.paragraph.take().map(|paragraph| paragraph.said()) {
            let line = self.line_at(at);
            self.heads.paragraph(Head { text, line, is_heading: false }, is_strong);
        }
    }

    /// What headed a list, a table or a block of code heads nothing else.
    fn block_ends(&mut self) {
        if self.items.is_empty() {
            self.heads.ends();
        }
    }

    /// A block of code: a command, or what only shows something, as a list of tasks does.
    fn code(&mut self, text: &str, at: usize, is_sample: bool) {
        if self.items.is_empty() && is_task_list(text) {
            self.prose.text(at, text);
        } else if is_sample {
            self.prose.shows(at);
        } else {
            self.prose.heads();
            self.command(text, at);
        }
    }

    /// A command that stands alone is a line, and so is the item of a list that is nothing else; another item says it too.
    fn command(&mut self, text: &str, at: usize) {
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let whole = in_one_line(text);
        match self.items.last_mut() {
            None => self.line(&whole, &command(first), "", at, None),
            Some(item) if item.text.trim().is_empty() => {
                first.clone_into(&mut item.text);
                item.more += whole.strip_prefix(first).unwrap_or_default();
            }
            Some(item) => {
                item.more += " ";
                item.more += &whole;
            }
        }
    }

    fn table(&mut self, table: &Table, at: usize) {
        let (roles, rows) = (table.roles(), table.rows());
        if !roles.is_empty() {
            self.prose.is_said();
        } else if rows.is_empty() {
            self.prose.text(at, "|");
        }
        self.found.roles.extend(roles);
        for row in rows {
            self.line(&row.text, &row.own, &row.responsible, row.at, None);
        }
    }

    /// A block of HTML: a table, or text.
    fn html(&mut self, html: &str, at: usize) {
        if html.to_lowercase().contains("<table") {
            let line = self.line_at(at);
            self.found.unread.push(Unread { kind: UnreadKind::Table, line });
            self.prose.is_said();
        } else {
            self.prose.text(at, &prose::of_html(html));
        }
    }

    fn words(&mut self, words: &str, at: usize, heading: &mut Option<String>, table: Option<&mut Table>) {
        if let Some(heading) = heading {
            heading.push_str(words);
        } else if let Some(table) = table {
            table.words(words);
        } else if let Some(item) = self.items.last_mut().filter(|item| !item.closed) {
            item.text.push_str(words);
        } else if let Some(item) = self.items.last_mut().filter(|item| !item.has_items) {
            let is_begun = item.more.is_empty() || item.more.ends_with(' ');
            item.more.push_str(if is_begun { "" } else { " " });
            item.more.push_str(words);
        } else {
            if let Some(paragraph) = &mut self.paragraph {
                paragraph.words(words);
            }
            self.prose.words(at, words);
        }
    }

    /// A section has ended, by a heading of this level or with the document. What stands above the first section in it, and no
    /// line does, is about all of it.
    fn ended(&mut self, next: Option<HeadingLevel>) {
        let has_lines = self.found.lines.iter().any(|line| line.part == self.part);
        let has_sections = next > self.level;
        let prose = std::mem::take(&mut self.prose);
        if !has_lines && has_sections && self.part < 2 {
            return;
        }
        let name = || self.section.clone();
        let mut unread = Vec::new();
        if has_lines {
            unread.extend(prose.texts().map(|at| (UnreadKind::Text, at)));
        } else if let Some(at) = prose.first() {
            unread.push((UnreadKind::Section(name()), at));
        } else if !prose.has_said() && !has_sections && self.part > 0 {
            unread.push((UnreadKind::Heading(name()), self.at));
        }
        let unread: Vec<Unread> =
            unread.into_iter().map(|(kind, at)| Unread { kind, line: self.line_at(at) }).collect();
        self.found.unread.extend(unread);
    }

    fn line_at(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn heading(&mut self, text: &str, level: HeadingLevel, at: usize) {
        self.ended(Some(level));
        self.part += 1;
        (self.level, self.at) = (Some(level), at);
        if self.found.title.is_empty() {
            text.trim().clone_into(&mut self.found.title);
        }
        self.section = text.trim().to_owned();
        let (text, line) = (self.section.clone(), self.line_at(at));
        self.heads.heading(level, Head { text, line, is_heading: true });
    }

    /// An item that only names those in it is no line of its own.
    fn item(&mut self) {
        let Some(item) = self.items.pop() else { return };
        let mut text = item.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() && !item.has_items {
            // What Markdown takes for something else, as `<host>` for a tag, is still what the line says.
            text = self.written(item.at);
        }
        let is_nothing = matches!(text.as_str(), "" | "[ ]" | "[x]" | "[X]");
        let only_heads = item.has_items && item.more.is_empty() && text.ends_with(':');
        if is_nothing || only_heads && !item.is_task {
            return;
        }
        let (task, responsible) = who::responsible(&text);
        // What it says above its items is said in its own line without the colon.
        let task = if only_heads { task.trim_end_matches([':', ' ']) } else { task };
        let own = item.number.unwrap_or_else(|| words_of(task));
        let more = item.more.split_whitespace().collect::<Vec<_>>().join(" ");
        let joint = if more.is_empty() || more.starts_with(';') { "" } else { " " };
        let own_head = item.has_items.then(|| self.head(task, item.at));
        self.line(&format!("{task}{joint}{more}"), &own, responsible, item.at, Some((item.place, own_head)));
    }

    /// What must be so for the next line to be done, as the items say that it stands in: nobody signs `Restore it` where nothing
    /// failed.
    fn conditions(&self) -> String {
        let items = self.items.iter().map(|item| who::responsible(&item.text).0.split_whitespace());
        let texts = items.map(|words| words.collect::<Vec<_>>().join(" "));
        let conditions = texts.filter(|text| condition::is(text));
        conditions.map(|text| format!("{}: ", text.trim_end_matches([':', ' ']))).collect()
    }

    /// An item that others stand in.
    fn head(&self, text: &str, at: usize) -> Head {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Head { text, line: self.line_at(at), is_heading: false }
    }

    /// What stands in the line of an item, without its mark.
    fn written(&self, at: usize) -> String {
        let line = self.text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
        let line =
            line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['-', '*', '+', '.', ')', ' ']);
        ["[ ]", "[x]", "[X]"].into_iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line).trim().to_owned()
    }

    /// Makes the ids of lines that would have the same one different, in the order of the document.
    fn name(&mut self) {
        let mut taken = BTreeSet::new();
        // The number that the next line of the same words tries first: those before it are taken.
        let mut next: BTreeMap<String, usize> = BTreeMap::new();
        for line in &mut self.found.lines {
            let own = line.id.clone();
            let nth = next.entry(own.clone()).or_insert(1);
            while !taken.insert(line.id.clone()) {
                *nth += 1;
                line.id = format!("{own}-{nth}");
            }
        }
    }

    fn line(&mut self, text: &str, own: &str, responsible: &str, at: usize, item: Option<(usize, Option<Head>)>) {
        if text.is_empty() || own.is_empty() {
            return;
        }
        let id = if self.section.is_empty() { own.to_owned() } else { format!("{}.{own}", slug(&self.section, 6)) };
        let (line, part) = (self.line_at(at), self.part);
        let (section, text) = (self.section.clone(), format!("{}{text}", self.conditions()));
        let (place, own_head) = item.unwrap_or((self.found.lines.len(), None));
        let within = self.items.iter().map(|item| self.head(who::responsible(&item.text).0, item.at));
        let heads = self.heads.all().cloned().chain(within).chain(own_head).collect();
        let line = Line { id, section, text, responsible: responsible.to_owned(), line, part, heads };
        self.found.lines.insert(place.min(self.found.lines.len()), line);
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("# T\n## 1. Preparación\n1. Uno\n2. Dos\n" => "preparacion.1 preparacion.2"; "a numbered list")]
    #[test_case("## A\n- Base de datos: x y\n- otra cosa más que hacer ahora mismo\n- Base de datos: z" => "a.base-de-datos a.otra-cosa-mas-que-hacer-ahora a.base-de-datos-2"; "words, and twice")]
    #[test_case("## A\n- Todo:\n  - uno\n  - dos\n" => "a.uno a.dos"; "an item that names others")]
    #[test_case("## A\n1. x\n   1. y\n   2. z\n      - w\n2. v\n- Pruebas: humo\n  1. u\n- Otras:\n  1) t" => "a.1 a.1.1 a.1.2 a.w a.2 a.pruebas a.pruebas.1 a.otras.1"; "numbered items in items")]
    #[test_case("## A\n- Redis: x\n  - Redis: y\n" => "a.redis a.redis-2"; "the same words in an item and in it")]
    #[test_case("## A\n1. x\n   ```sh\n   y\n   ```\n```sh\nmake all\n```" => "a.1 a.make-all"; "commands")]
    #[test_case("## B\n| Tarea | Responsable | Estado |\n|-|-|-|\n| **Grupo** | | |\n| 1.1. Hacer | QA | [ ] |\n| Más | DBA | [ ] |" => "b.1.1 b.mas"; "a table")]
    #[test_case("## B\n| Step | Task | Owner |\n|-|-|-|\n| 1 | **Go** | QA |\n| 2 | Check | |\n| | 2.1. This | QA |" => "b.1 b.2 b.2.1"; "numbers in a column of their own")]
    #[test_case("## B\n- 22:00 Abrir\n- 22:30: Cerrar\n- 3: Ver\n- 5\n- : x\n- →" => "b.22-00-abrir b.22-30-cerrar b.3-ver b.5 b.x b.u2192"; "numbers, times and signs before the words")]
    #[test_case("## B\n- 中文\n- Проверить базу: да\n- ✅" => "b.中文 b.проверить-базу b.u2705"; "other letters")]
    #[test_case("- uno\n\n## B\n- dos" => "uno b.dos"; "before any heading")]
    #[test_case("## B\n- <host>\n- [ ]\n-\n- ```\n  make x\n  ```" => "b.host b.make-x"; "what is no text to Markdown, and nothing")]
    #[test_case("## B\n- Todo:\n\n  | Tarea | Quien |\n  |-|-|\n  | uno | QA |\n" => "b.uno"; "a table in an item")]
    #[test_case("\u{feff}## B\n- uno" => "b.uno"; "a mark of the bytes' order")]
    #[test_case("## B\n| Rol | Nombre |\n|-|-|\n| Líder | x |" => "roles Líder"; "who is who")]
    fn lines(text: &str) -> String {
        let found = super::read(text);
        if found.lines.is_empty() {
            return format!("roles {}", found.roles.join(", "));
        }
        found.lines.iter().map(|line| line.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test_case("## A\n- Ejecutar:\n  ```sh\n  kubectl apply -f x.yml\n\n  kubectl get \\\n    pods\n  ```\n  (y ver)" => "a.ejecutar=Ejecutar: kubectl apply -f x.yml; kubectl get pods (y ver)[]"; "a command below an item")]
    #[test_case("## A\n- ```\n  make x\n  make y\n  ```" => "a.make-x=make x; make y[]"; "an item that is nothing else")]
    #[test_case("## A\n- Todo:\n  ```\n  make\n  ```\n  - uno" => "a.todo=Todo: make[] a.uno=uno[]"; "a command before items")]
    #[test_case("## A\n1. Migrar\n\n   y ver\n" => "a.1=Migrar y ver[]"; "two paragraphs of an item")]
    #[test_case("## A\n- Migrar la base — **Responsable:** DBA" => "a.migrar-la-base=Migrar la base[DBA]"; "who does it")]
    #[test_case("## A\n- Ver:\n  ```json\n  {}\n  ```\n  y reiniciar `x`" => "a.ver=Ver: y reiniciar x[]"; "text behind a sample")]
    #[test_case("## A\n```markdown\n- x\n```\n- Ver:\n  ```json\n  {}\n  ```" => "a.ver=Ver:[]"; "samples")]
    #[test_case("## A\n- [ ] Migrar la base: \n  - x\n- [x] **Ver:** — Responsable: QA\n  - y\n- Todo:\n  - z" => "a.migrar-la-base=Migrar la base[] a.x=x[] a.ver=Ver:[QA] a.y=y[] a.z=z[]"; "tasks that head others")]
    #[test_case("## A\n- Si la migración falla:\n  - Restaurar\n  1. Ver\n     - Cuando esté:\n       - Abrir\n- Después" => "a.restaurar=Si la migración falla: Restaurar[] a.si-la-migracion-falla.1=Si la migración falla: Ver[] a.abrir=Si la migración falla: Cuando esté: Abrir[] a.despues=Después[]"; "a condition above others")]
    #[test_case("## A\n- [ ] If it fails:\n\n  | Task | Who |\n  |-|-|\n  | Call | QA |" => "a.if-it-fails=If it fails[] a.call=If it fails: Call[QA]"; "a condition that is a task, above a table")]
    #[test_case("## A\n```\nmake a\nmake b\n```" => "a.make-a=make a; make b[]"; "several commands")]
    fn texts(text: &str) -> String {
        let found = super::read(text);
        let shown = found.lines.iter().map(|line| format!("{}={}[{}]", line.id, line.text, line.responsible));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_item_stands_before_those_in_it_and_knows_its_line() {
        let found = super::read("## A\n\n- uno\n  - dos\n- tres\n");
        let lines: Vec<(&str, usize)> = found.lines.iter().map(|line| (line.text.as_str(), line.line)).collect();
        assert_eq!(lines, [("uno", 3), ("dos", 4), ("tres", 5)]);
    }

    #[test_case("# T\nAbout it.\n## A\n- x\n### B\nRun `x`.\n\nAnd y.\n" => "B:6"; "the text of a section without lines")]
    #[test_case("# T\nIt.\n\nMore.\n- x\n" => "text:2 text:4"; "a section with lines, and text above them")]
    #[test_case("Above.\n- x\n" => "text:1"; "no section at all")]
    #[test_case("About it.\n# T\n## A\n- x\n" => ""; "text above the title")]
    #[test_case("## A\nStop.\n## B\n- x" => "A:2"; "a first section that has no sections in it")]
    #[test_case("## A\n- x\n\nTerm\n: what it is\n" => "text:4"; "a list of definitions")]
    #[test_case("## A\nThe steps:\n\n- x:\n  - y\n\n  and:\n  - z\n\nThen:\n```\nmake\n```\nNow:\n\n|a|\n|-|\n|b|" => ""; "what heads lines")]
    #[test_case("## A\n- x:\n  - y\n\n  and then z\n- w\n\nThen:\n" => "text:5 text:8"; "text behind the items of an item, and what heads nothing")]
    #[test_case("## A\n- x\n\n| a | b |\n| c | d |\n" => "text:4"; "a table without a heading")]
    #[test_case("## A\n- x\n\n| Stop | QA |\n|-|-|\n" => "text:4"; "a table that is nothing else")]
    #[test_case("## A\n- x\n\n> Look.\n\n<!-- note\n to us -->\n<ul><li>stop</li></ul>\n" => "text:4 text:8"; "a quote, and text in HTML")]
    #[test_case("## A\n- x\n\n<!-- > <b>y</b> -->\n<details>\n\n- y\n\n</details>\n" => ""; "HTML that says nothing")]
    #[test_case("# T\n## A\n### B\n- x\n## Stop it\n## C\n```yaml\nx: 1\n```\n" => "heading Stop it:5 C:7"; "a heading that has nothing below it")]
    #[test_case("## A\n- x\n\n```\n- [ ] y\n- [x] z\n```\n" => "text:4"; "tasks in a block of code")]
    #[test_case("# T\n- x\n\n<table><tr><td>y</td></tr></table>\n" => "table:4"; "a table in HTML")]
    #[test_case("# T\n## A\n1. x\n\n   more\n## B\n```sh\nmake\n```\n" => ""; "nothing")]
    fn unread(text: &str) -> String {
        use super::UnreadKind::{Heading, Section, Table, Text};
        let shown = |one: super::Unread| match one.kind {
            Table => format!("table:{}", one.line),
            Section(name) => format!("{name}:{}", one.line),
            Heading(name) => format!("heading {name}:{}", one.line),
            Text => format!("text:{}", one.line),
        };
        super::read(text).unread.into_iter().map(shown).collect::<Vec<_>>().join(" ")
    }
}
