//! The walk over two documents: every schema once for each direction and place, every operation that it reaches.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use jiff::civil::Date;

use super::changes::{Changes, Found, Met};
use super::compared::{Key, Number, Pairs, Told};
use super::document::{Document, Place, Target};
use super::fields::{self, Object};
use super::rules::{Direction, Endpoint, Profile, Relation, Rule, Where};
use super::schema::{self, Compared, Local, Pair, Sides, Test};
use super::trail::Spot;
use super::unchanged::Unchanged;
use crate::report::Level;

/// How deep alternatives may hold alternatives before they count as different.
const DEPTH: usize = 50;

/// What has been compared, and what was found.
pub(super) struct Walk<'a> {
    pub(super) base: &'a Document,
    pub(super) head: &'a Document,
    /// The day on which an operation is removed; `None` where it is not known.
    pub(super) today: Option<Date>,
    pub(super) profile: Profile,
    /// Component schemas that go by another name: the old one.
    pub(super) renamed: BTreeSet<&'a str>,
    pub(super) changes: Changes,
    pub(super) unchanged: Unchanged<'a>,
    pub(super) pairs: Pairs<'a>,
    open: HashSet<Key>,
}

/// What became of one operation among others.
pub(super) struct Part {
    pub(super) what: Endpoint,
    /// Further rules that it falls under.
    pub(super) also: Vec<Endpoint>,
    pub(super) base: Spot,
    pub(super) head: Spot,
    pub(super) detail: String,
}

/// The operation that is compared now.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: String,
    /// Whether the caller receives the request: in webhooks and callbacks.
    pub(super) reversed: bool,
}

impl Call {
    pub(super) fn met(&self, direction: Direction) -> Met {
        Met { path: self.path.clone(), operation: self.method.clone(), direction }
    }

    /// Where a schema stands, seen from the caller.
    pub(super) fn at(&self, place: Where) -> Where {
        match place {
            _ if !self.reversed => place,
            Where::RequestBody => Where::ResponseBody,
            Where::RequestProperty | Where::RequestParameterProperty | Where::RequestHeaderProperty => {
                Where::ResponseProperty
            }
            Where::RequestParameter | Where::RequestHeader => Where::ResponseHeader,
            Where::ResponseBody => Where::RequestBody,
            Where::ResponseProperty => Where::RequestProperty,
            Where::ResponseHeader => Where::RequestParameter,
        }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(base: &'a Document, head: &'a Document, (today, profile): (Option<Date>, Profile)) -> Self {
        let unchanged = Unchanged::new(base, head);
        Self {
            base,
            head,
            today,
            profile,
            renamed: BTreeSet::new(),
            changes: Changes::default(),
            unchanged,
            pairs: Pairs::default(),
            open: HashSet::new(),
        }
    }

    /// Records a change of an operation or of a part of it.
    pub(super) fn record(
        &mut self,
        call: &Call,
        what: Endpoint,
        base: Spot,
        head: Spot,
        subject: &str,
        detail: String,
    ) {
        self.record_part(call, Part { what, also: Vec::new(), base, head, detail }, subject);
    }

    /// Records a change that falls under further rules.
    pub(super) fn record_part(&mut self, call: &Call, part: Part, subject: &str) {
        let Part { what, also, base, head, detail } = part;
        let rule = what.rule();
        let direction = if call.reversed { rule.direction.reversed() } else { rule.direction };
        let Some(level) = self.level(call, &rule) else { return };
        let (aspect, subject) = (rule.id.clone(), subject.to_owned());
        let also = also.into_iter().map(|what| what.rule().id).collect();
        let found = Found { rule, level, base, head, subject, detail, aspect, also, whole: None };
        self.changes.add_met(found, call.met(direction));
    }

    /// How bad it is here; `None` where nobody for whom it is judged can notice it.
    fn level(&self, call: &Call, rule: &Rule) -> Option<Level> {
        if call.reversed { rule.level_reversed(self.profile) } else { rule.level_for(self.profile) }
    }

    /// Records a change that is one with the same change of other operations: `whole` says what they have in common.
    pub(super) fn record_whole(&mut self, call: &Call, part: Part, whole: String) {
        let Part { what, also, base, head, detail } = part;
        let rule = what.rule();
        let Some(level) = self.level(call, &rule) else { return };
        let also = also.into_iter().map(|what| what.rule().id).collect();
        let (subject, aspect) = (detail.clone(), rule.id.clone());
        let found = Found { rule, level, base, head, subject, detail, aspect, also, whole: Some(whole) };
        self.changes.add_met(found, call.met(Direction::None));
    }

    /// Records a change of the whole document, or of what no operation reaches.
    pub(super) fn record_apart(&mut self, what: Endpoint, base: Spot, head: Spot, subject: &str, detail: String) {
        let rule = what.rule();
        let (aspect, subject) = (rule.id.clone(), subject.to_owned());
        let Some(level) = rule.level_for(self.profile) else { return };
        let also = Vec::new();
        let found = Found { rule, level, base, head, subject, detail, aspect, also, whole: None };
        self.changes.add(found);
    }

    /// Records the fields of an object that differ and that no rule judges.
    pub(super) fn unjudged(&mut self, call: &Call, what: Endpoint, object: Object, base: &Place<'a>, head: &Place<'a>) {
        for (field, base, head) in fields::unjudged(object, base, head) {
            self.record(call, what, base.spot(), head.spot(), field, format!("`{field}`"));
        }
    }

    /// Both sides with their references followed; a reference that cannot be followed is recorded, unless the same one leads
    /// nowhere on both sides: then nothing is there, and nothing was.
    pub(super) fn resolve(
        &mut self,
        call: &Call,
        base: &Place<'a>,
        head: &Place<'a>,
    ) -> Option<(Place<'a>, Place<'a>)> {
        let targets = (self.base.resolve(base), self.head.resolve(head));
        if matches!(&targets, (Target::Nowhere(was), Target::Nowhere(is)) if was == is) {
            return None;
        }
        for target in [&targets.0, &targets.1] {
            if let Target::Elsewhere(reference) | Target::Nowhere(reference) = target {
                self.record(call, Endpoint::NotFollowed, base.spot(), head.spot(), reference, format!("`{reference}`"));
            }
        }
        targets.0.found().zip(targets.1.found())
    }

    /// Compares two schemas and all that is inside them.
    pub(super) fn schemas(&mut self, call: &Call, pair: Pair<'a>) {
        if self.unchanged.schemas(&pair.base, &pair.head) {
            return;
        }
        let mut next = vec![self.number(&pair)];
        self.pairs.begin();
        while let Some(number) = next.pop() {
            if !self.pairs.is_new(number) {
                continue;
            }
            for told in self.told(call, number).iter() {
                self.changes.meet(told.change, call.met(told.direction), told.level, &told.id);
            }
            self.component_names(call, number);
            next.extend(self.inside(number).iter());
        }
    }

    /// What every such operation meets at a pair.
    fn told(&mut self, call: &Call, number: Number) -> Rc<[Told]> {
        if let Some(Some(told)) = self.pairs.told(number, call.reversed) {
            return Rc::clone(told);
        }
        let compared = self.pairs.get(number).map(|(_, compared)| Rc::clone(compared)).unwrap_or_default();
        let told = compared.local.iter().map(|local| {
            let found = self.found(call, local);
            let (level, id) = (found.level, found.rule.id.as_str().into());
            Told { change: self.changes.add(found), direction: local.at.direction(), level, id }
        });
        let told: Rc<[Told]> = told.collect();
        if let Some(known) = self.pairs.told(number, call.reversed) {
            *known = Some(Rc::clone(&told));
        }
        told
    }

    /// The pairs inside a pair that differ.
    fn inside(&mut self, number: Number) -> Rc<[Number]> {
        if let Some(Some(inside)) = self.pairs.inside(number) {
            return Rc::clone(inside);
        }
        let compared = self.pairs.get(number).map(|(_, compared)| Rc::clone(compared)).unwrap_or_default();
        let pairs = compared.inside.iter();
        let differ = pairs.filter(|pair| !self.unchanged.schemas(&pair.base, &pair.head)).collect::<Vec<_>>();
        let inside: Rc<[Number]> = differ.into_iter().map(|pair| self.number(pair)).collect();
        if let Some(known) = self.pairs.inside(number) {
            *known = Some(Rc::clone(&inside));
        }
        inside
    }

    fn number(&mut self, pair: &Pair<'a>) -> Number {
        let key = pair.key();
        if let Some(known) = self.pairs.number(&key) {
            return known;
        }
        self.open.insert(key.clone());
        let (base, head) = (self.base, self.head);
        let sides = &mut Sides { base, head, holds: &mut |pair, test| self.holds(pair, test) };
        let compared = schema::compare(sides, pair);
        self.open.remove(&key);
        self.pairs.add(key, pair.clone(), compared)
    }

    fn compared(&mut self, pair: &Pair<'a>) -> Rc<Compared<'a>> {
        let number = self.number(pair);
        self.pairs.get(number).map(|(_, compared)| Rc::clone(compared)).unwrap_or_default()
    }

    /// Whether two schemas stand to each other as is asked, however deep. What is being compared further up counts as if it
    /// did: were it otherwise, the difference would show elsewhere.
    fn holds(&mut self, pair: Pair<'a>, test: Test) -> bool {
        let mut seen = HashSet::new();
        let mut next = vec![pair];
        while let Some(pair) = next.pop() {
            if self.unchanged.schemas(&pair.base, &pair.head) {
                continue;
            }
            let key = pair.key();
            if self.open.contains(&key) || !seen.insert(key) {
                continue;
            }
            if self.open.len() > DEPTH {
                return false;
            }
            let compared = self.compared(&pair);
            let passes = |local: &Local| match test {
                Test::Same => false,
                Test::Within => matches!(local.change.rule(local.at).relation, Relation::Equal | Relation::Widened),
            };
            if !compared.local.iter().all(passes) {
                return false;
            }
            next.extend(compared.inside.iter().cloned());
        }
        true
    }

    /// A change of a schema, as it is met in an operation. Where direction is turned round, it goes by the name that it would have
    /// in an operation of the API itself as well: that is how others call it.
    fn found(&self, call: &Call, local: &Local) -> Found {
        let rule = local.change.rule(local.at);
        let parts = local.parts.iter().map(|part| part.rule(local.at).id);
        let turned = call.reversed.then(|| local.change.rule(call.at(local.at)).id);
        Found {
            level: rule.level_for(self.profile).unwrap_or(rule.level),
            rule,
            base: local.base.clone(),
            head: local.head.clone(),
            subject: local.subject.clone(),
            detail: local.detail.clone(),
            aspect: local.change.aspect(local.at),
            also: parts.chain(turned).collect(),
            whole: None,
        }
    }
}
