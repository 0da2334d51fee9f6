//! The commit graph, read commit by commit as far as a question needs it: who is whose ancestor, and exact ranges.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use anyhow::Result;

use super::raw::{Id, Links};
use crate::report::Verdict;

/// How far committers' clocks may be apart before a range could take a commit for new that the release already had:
/// 30 days, in seconds. Only side branches that forked before the release can be touched by it; git's own limit is five commits.
const CLOCK_SLACK: i64 = 30 * 24 * 60 * 60;

/// Commits by name.
type ById<T> = HashMap<Id, T, BuildHasherDefault<IdHasher>>;

/// A set of commits.
pub type Ids = HashSet<Id, BuildHasherDefault<IdHasher>>;

/// Takes the eight bytes that [`Id`] gives as the hash.
#[derive(Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// The commits of a repository, each read once by `read` when it is first needed.
pub struct Graph<R> {
    read: R,
    known: ById<Rc<Links>>,
    boundary: Ids,
}

/// The commits of a range.
#[derive(Debug, PartialEq, Eq)]
pub struct Range {
    /// Newest first; a commit stands before its parents.
    pub commits: Vec<Id>,
    /// Whether a shallow clone's end was met, beyond which more of the range may lie.
    pub cut_off: bool,
}

impl<R: FnMut(&Id) -> Result<Links>> Graph<R> {
    /// A graph; `boundary` are the commits whose parents a shallow clone does not have.
    pub fn new(boundary: impl IntoIterator<Item = Id>, read: R) -> Self {
        Self { read, known: ById::default(), boundary: boundary.into_iter().collect() }
    }

    fn links(&mut self, id: &Id) -> Result<Rc<Links>> {
        if let Some(links) = self.known.get(id) {
            return Ok(Rc::clone(links));
        }
        let mut links = (self.read)(id)?;
        if self.boundary.contains(id) {
            links.parents.clear();
        }
        let links = Rc::new(links);
        self.known.insert(*id, Rc::clone(&links));
        Ok(links)
    }

    /// Whether `ancestor` is `head` or one of its ancestors; cannot tell where a shallow clone ends before the answer.
    ///
    /// Exact whatever the clocks say: every commit between the two descends from `ancestor`, so none of them is ever seen
    /// from both ends, and the search goes on until nothing is left that was seen from one end only.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn is_ancestor(&mut self, ancestor: &Id, head: &Id) -> Result<Verdict> {
        if ancestor == head {
            return Ok(Verdict::Yes);
        }
        let mut search = Painting::default();
        search.paint(*ancestor, self.links(ancestor)?.committed, Colour::ANCESTOR);
        search.paint(*head, self.links(head)?.committed, Colour::HEAD);
        while let Some((id, colour)) = search.next() {
            for parent in &self.links(&id)?.parents {
                if parent == ancestor && colour.has(Colour::HEAD) {
                    return Ok(Verdict::Yes);
                }
                search.paint(*parent, self.links(parent)?.committed, colour);
            }
        }
        let ended = self.boundary.iter().any(|id| search.colour(id) == Colour::HEAD);
        Ok(if ended { Verdict::CannotTell } else { Verdict::No })
    }

    /// Every ancestor of `head`, itself included, and whether a shallow clone's end was met.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn ancestors(&mut self, head: &Id) -> Result<(Ids, bool)> {
        let mut seen = Ids::from_iter([*head]);
        let mut open = vec![*head];
        while let Some(id) = open.pop() {
            open.extend(self.links(&id)?.parents.iter().filter(|parent| seen.insert(**parent)));
        }
        let ended = self.boundary.iter().any(|id| seen.contains(id));
        Ok((seen, ended))
    }

    /// The commits of `git rev-list base..head`; without a base, every ancestor of `head`.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn range(&mut self, base: Option<&Id>, head: &Id) -> Result<Range> {
        let mut walk = Walk::default();
        if let Some(base) = base {
            walk.hide(*base, &self.known);
            self.visit(&mut walk, base)?;
        }
        self.visit(&mut walk, head)?;
        while walk.open > 0 {
            self.step(&mut walk)?;
        }
        if let Some(oldest) = self.oldest_in_doubt(&walk, base)? {
            while walk.newest_waiting().is_some_and(|newest| newest >= oldest.saturating_sub(CLOCK_SLACK)) {
                self.step(&mut walk)?;
            }
        }
        walk.found.retain(|id| !walk.hidden.contains(id));
        let cut_off = self.is_cut_off(&walk, base)?;
        Ok(Range { commits: self.newest_first(&walk.found)?, cut_off })
    }

    fn step(&mut self, walk: &mut Walk) -> Result<()> {
        let Some(id) = walk.next() else { return Ok(()) };
        for parent in &self.links(&id)?.parents {
            if walk.is_hidden(&id) {
                walk.hide(*parent, &self.known);
            }
            self.visit(walk, parent)?;
        }
        Ok(())
    }

    /// When the oldest commit was made that was found and may be an ancestor of the base all the same, by a way on which a
    /// clock was wrong. Who descends from the base is no ancestor of it, whatever the clocks say.
    fn oldest_in_doubt(&mut self, walk: &Walk, base: Option<&Id>) -> Result<Option<i64>> {
        let mut descends: Ids = base.copied().into_iter().collect();
        let mut oldest = None;
        for id in self.newest_first(&walk.found)?.iter().rev() {
            let links = self.links(id)?;
            if links.parents.iter().any(|parent| descends.contains(parent)) {
                descends.insert(*id);
            } else if !walk.is_hidden(id) {
                oldest = Some(oldest.map_or(links.committed, |oldest: i64| oldest.min(links.committed)));
            }
        }
        Ok(oldest)
    }

    fn visit(&mut self, walk: &mut Walk, id: &Id) -> Result<()> {
        if walk.visited.contains(id) {
            return Ok(());
        }
        let links = self.links(id)?;
        walk.push(*id, links.committed);
        if walk.is_hidden(id) {
            // One step ahead of the walk, so that a single wrong clock on the way does not matter at all.
            for parent in &links.parents {
                walk.hide(*parent, &self.known);
            }
        }
        Ok(())
    }

    /// Whether a commit of the range may have parents beyond the shallow clone's end, or may itself be an ancestor of the
    /// base by a way that leads beyond it.
    fn is_cut_off(&mut self, walk: &Walk, base: Option<&Id>) -> Result<bool> {
        if self.boundary.is_empty() {
            return Ok(false);
        }
        if walk.found.iter().any(|id| self.boundary.contains(id)) {
            return Ok(true);
        }
        let hidden_ends: Vec<Id> =
            self.boundary.intersection(&walk.hidden).filter(|id| walk.visited.contains(id)).copied().collect();
        let mut newest_end = i64::MIN;
        for end in &hidden_ends {
            newest_end = newest_end.max(self.links(end)?.committed);
        }
        // An older side branch in doubt is new where nothing older ends.
        Ok(self.oldest_in_doubt(walk, base)?.is_some_and(|oldest| oldest <= newest_end))
    }

    /// The order of the walk, changed only where a child would stand after its parent.
    fn newest_first(&mut self, found: &[Id]) -> Result<Vec<Id>> {
        let place: ById<usize> = found.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut children = vec![0_usize; found.len()];
        for id in found {
            for parent in &self.links(id)?.parents {
                if let Some(count) = place.get(parent).and_then(|at| children.get_mut(*at)) {
                    *count += 1;
                }
            }
        }
        let mut ready: BinaryHeap<Reverse<usize>> =
            children.iter().enumerate().filter(|(_, count)| **count == 0).map(|(at, _)| Reverse(at)).collect();
        let mut ordered = Vec::with_capacity(found.len());
        while let Some(id) = ready.pop().and_then(|Reverse(at)| found.get(at)) {
            ordered.push(*id);
            for parent in &self.links(id)?.parents {
                let Some(at) = place.get(parent) else { continue };
                if let Some(count) = children.get_mut(*at) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(Reverse(*at));
                    }
                }
            }
        }
        Ok(ordered)
    }
}

/// What waits to be walked: the newest by the committer's clock first, else the one found first.
type Queue = BinaryHeap<(i64, Reverse<usize>, Id)>;

/// From which ends a commit was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Colour(u8);

impl Colour {
    const ANCESTOR: Self = Self(1);
    const HEAD: Self = Self(2);
    const BOTH: Self = Self(3);

    fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A search from two ends at once.
#[derive(Default)]
struct Painting {
    colours: ById<(Colour, bool)>,
    queue: Queue,
    pushed: usize,
    /// How many in the queue were reached from one end only.
    open: usize,
}

impl Painting {
    fn paint(&mut self, id: Id, committed: i64, colour: Colour) {
        let (own, queued) = self.colours.entry(id).or_default();
        if own.has(colour) {
            return;
        }
        let was_open = *queued && *own != Colour::BOTH;
        own.0 |= colour.0;
        let is_open = *own != Colour::BOTH;
        self.open = self.open + usize::from(is_open) - usize::from(was_open);
        if !std::mem::replace(queued, true) {
            self.pushed += 1;
            self.queue.push((committed, Reverse(self.pushed), id));
        }
    }

    fn next(&mut self) -> Option<(Id, Colour)> {
        if self.open == 0 {
            return None;
        }
        let (_, _, id) = self.queue.pop()?;
        let (colour, queued) = self.colours.get_mut(&id)?;
        *queued = false;
        self.open -= usize::from(*colour != Colour::BOTH);
        Some((id, *colour))
    }

    fn colour(&self, id: &Id) -> Colour {
        self.colours.get(id).map_or(Colour::default(), |(colour, _)| *colour)
    }
}

/// A walk over what is new, with what is not new hidden.
#[derive(Default)]
struct Walk {
    queue: Queue,
    visited: Ids,
    waiting: Ids,
    hidden: Ids,
    found: Vec<Id>,
    /// How many in the queue are not hidden.
    open: usize,
}

impl Walk {
    fn is_hidden(&self, id: &Id) -> bool {
        self.hidden.contains(id)
    }

    fn push(&mut self, id: Id, committed: i64) {
        self.queue.push((committed, Reverse(self.visited.len()), id));
        self.visited.insert(id);
        self.waiting.insert(id);
        self.open += usize::from(!self.is_hidden(&id));
    }

    fn newest_waiting(&self) -> Option<i64> {
        self.queue.peek().map(|(committed, _, _)| *committed)
    }

    /// The newest of those that wait.
    fn next(&mut self) -> Option<Id> {
        let (_, _, id) = self.queue.pop()?;
        self.waiting.remove(&id);
        if !self.is_hidden(&id) {
            self.open -= 1;
            self.found.push(id);
        }
        Some(id)
    }

    /// Hides a commit and those of its ancestors that are known.
    fn hide(&mut self, id: Id, known: &ById<Rc<Links>>) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if self.hidden.insert(id) {
                self.open -= usize::from(self.waiting.contains(&id));
                open.extend(known.get(&id).iter().flat_map(|links| &links.parents));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> Id {
        let mut bytes = [0; 20];
        bytes[0] = u8::try_from(number).unwrap();
        Id::from_bytes(&bytes).unwrap()
    }

    /// Commit `n` has the parents of the n-th entry, all of them smaller, and that clock.
    #[derive(Clone, Debug)]
    struct World(Vec<(Vec<usize>, i64)>);

    impl World {
        fn graph(&self, boundary: &[usize]) -> Graph<impl FnMut(&Id) -> Result<Links>> {
            Graph::new(boundary.iter().map(|at| id(*at)), |id: &Id| {
                let (parents, committed) = &self.0[usize::from(id.as_bytes()[0])];
                Ok(Links { parents: parents.iter().map(|at| super::tests::id(*at)).collect(), committed: *committed })
            })
        }

        /// The definition, without any cleverness.
        fn ancestors(&self, of: usize) -> std::collections::BTreeSet<usize> {
            let mut all: std::collections::BTreeSet<usize> = [of].into();
            for parent in &self.0[of].0 {
                all.extend(self.ancestors(*parent));
            }
            all
        }
    }

    /// Up to 14 commits with up to two parents each; clocks that go on, stand still, or are wrong by up to `skew`.
    fn worlds(skew: i64) -> impl Strategy<Value = World> {
        prop::collection::vec((any::<u8>(), any::<u8>(), 0..3_u8, -skew..=skew), 1..14).prop_map(|commits| {
            let commits = commits.into_iter().enumerate().map(|(at, (a, b, parents, wrong))| {
                let mut own: Vec<usize> = [a, b][..usize::from(parents)]
                    .iter()
                    .filter_map(|choice| usize::from(*choice).checked_rem(at))
                    .collect();
                own.dedup();
                (own, i64::try_from(at).unwrap() * 1000 + wrong)
            });
            World(commits.collect())
        })
    }

    proptest! {
        #[test]
        fn ancestry_is_exact_whatever_the_clocks_say(world in worlds(i64::MAX / 4), a: usize, b: usize) {
            let (a, b) = (a % world.0.len(), b % world.0.len());
            let expected = if world.ancestors(b).contains(&a) { Verdict::Yes } else { Verdict::No };
            prop_assert_eq!(world.graph(&[]).is_ancestor(&id(a), &id(b)).unwrap(), expected);
        }

        #[test]
        fn a_range_is_what_head_has_and_base_has_not(world in worlds(CLOCK_SLACK / 2), a: usize, b: usize) {
            let (base, head) = (a % world.0.len(), b % world.0.len());
            let range = world.graph(&[]).range(Some(&id(base)), &id(head)).unwrap();
            let hidden = world.ancestors(base);
            let expected: Vec<Id> = world.ancestors(head).difference(&hidden).map(|at| id(*at)).collect();
            let mut found = range.commits.clone();
            found.sort();
            prop_assert_eq!(found, expected);
            for (at, commit) in range.commits.iter().enumerate() {
                let parents = &world.0[usize::from(commit.as_bytes()[0])].0;
                prop_assert!(range.commits[..at].iter().all(|before| !parents.iter().any(|parent| id(*parent) == *before)));
            }
        }

        /// Nothing that a shallow clone lacks can change an answer that it gives.
        #[test]
        fn a_shallow_clone_never_answers_wrong(world in worlds(0), a: usize, b: usize, ends: Vec<usize>) {
            let (base, head) = (a % world.0.len(), b % world.0.len());
            let ends: Vec<usize> = ends.into_iter().map(|end| end % world.0.len()).collect();
            let mut shallow = world.graph(&ends);
            match shallow.is_ancestor(&id(base), &id(head)).unwrap() {
                Verdict::Yes => prop_assert!(world.ancestors(head).contains(&base)),
                Verdict::No => prop_assert!(!world.ancestors(head).contains(&base)),
                Verdict::CannotTell => return Ok(()),
            }
            let range = shallow.range(Some(&id(base)), &id(head)).unwrap();
            if !range.cut_off {
                prop_assert_eq!(range, world.graph(&[]).range(Some(&id(base)), &id(head)).unwrap());
            }
        }
    }
}
