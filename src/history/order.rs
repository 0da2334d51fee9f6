//! A whole history at once, for questions about all of its releases: each commit has a place, children before parents.
//!
//! The places are a topological order, so that ranges are exact whatever the committers' clocks say.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::BuildHasherDefault;

use super::graph::IdHasher;
use super::raw::{Id, Links};

/// Every ancestor of a head in one order: the newest first, a commit before its parents.
pub struct Order {
    places: ById,
    /// The parents of all commits, one after the other by place, and where those of each begin.
    parents: Vec<u32>,
    begins: Vec<usize>,
}

type ById = HashMap<Id, u32, BuildHasherDefault<IdHasher>>;

/// From which end of a range a commit was reached.
const TIP: u8 = 1;
const BASE: u8 = 2;

impl Order {
    /// Orders the ancestors of `head` among these commits; a parent that is not among them has no place. Beside it, which of the
    /// commits stands at each place.
    #[must_use]
    pub fn new(head: &Id, commits: &[(Id, Links)]) -> (Self, Vec<u32>) {
        let known: ById = (0_u32..).zip(commits).map(|(at, (id, _))| (*id, at)).collect();
        // As they were read, still.
        let mut read = Self { places: known, parents: Vec::with_capacity(commits.len()), begins: vec![0] };
        for (_, links) in commits {
            read.parents.extend(links.parents.iter().filter_map(|parent| read.places.get(parent)));
            read.begins.push(read.parents.len());
        }
        let ordered = read.newest_first(head, commits);
        let mut place_of = vec![u32::MAX; commits.len()];
        for (place, at) in (0_u32..).zip(&ordered) {
            if let Some(slot) = place_of.get_mut(index(*at)) {
                *slot = place;
            }
        }
        let mut order =
            Self { places: ById::default(), parents: Vec::with_capacity(read.parents.len()), begins: vec![0] };
        for at in &ordered {
            let parents = read.parents(*at).iter().filter_map(|parent| place_of.get(index(*parent)).copied());
            order.parents.extend(parents);
            order.begins.push(order.parents.len());
        }
        order.places = read.places;
        order.places.retain(|_, at| {
            *at = place_of.get(index(*at)).copied().unwrap_or(u32::MAX);
            *at != u32::MAX
        });
        (order, ordered)
    }

    /// The ancestors of the head: the newest by the committers' clocks first, but none before its children.
    fn newest_first(&self, head: &Id, commits: &[(Id, Links)]) -> Vec<u32> {
        let committed = |at: u32| commits.get(index(at)).map_or(0, |(_, links)| links.committed);
        let head = self.place(head);
        let mut waiting = self.children(head);
        let mut ready: BinaryHeap<(i64, Reverse<u32>)> =
            head.map(|at| (committed(at), Reverse(at))).into_iter().collect();
        let mut ordered = Vec::with_capacity(commits.len());
        while let Some((_, Reverse(at))) = ready.pop() {
            ordered.push(at);
            for parent in self.parents(at) {
                let Some(count) = waiting.get_mut(index(*parent)) else { continue };
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push((committed(*parent), Reverse(*parent)));
                }
            }
        }
        ordered
    }

    /// How many children each commit has among the ancestors of the head.
    fn children(&self, head: Option<u32>) -> Vec<u32> {
        let (mut counts, mut seen) = (vec![0; self.begins.len()], vec![false; self.begins.len()]);
        let mut open: Vec<u32> = head.into_iter().collect();
        while let Some(at) = open.pop() {
            if seen.get_mut(index(at)).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            for parent in self.parents(at) {
                if let Some(count) = counts.get_mut(index(*parent)) {
                    *count += 1;
                }
                open.push(*parent);
            }
        }
        counts
    }

    /// The place of a commit; `None` where it is no ancestor of the head.
    #[must_use]
    pub fn place(&self, id: &Id) -> Option<u32> {
        self.places.get(id).copied()
    }

    /// Whether one is the other or an ancestor of it.
    #[must_use]
    pub fn is_ancestor(&self, ancestor: u32, head: u32) -> bool {
        // Only what stands between the two can lie between them.
        if ancestor <= head {
            return ancestor == head;
        }
        let (mut queue, mut last) = (BinaryHeap::from([Reverse(head)]), None);
        while let Some(Reverse(place)) = queue.pop() {
            if place == ancestor {
                return true;
            }
            if last.replace(place) != Some(place) {
                queue.extend(self.parents(place).iter().filter(|parent| **parent <= ancestor).copied().map(Reverse));
            }
        }
        false
    }

    /// The places of `git rev-list base..tip`, in order; without a base, of every ancestor of the tip.
    #[must_use]
    pub fn range(&self, base: Option<u32>, tip: u32) -> Vec<u32> {
        let mut walk: BinaryHeap<Reverse<(u32, u8)>> = BinaryHeap::from([Reverse((tip, TIP))]);
        walk.extend(base.map(|base| Reverse((base, BASE))));
        let (mut found, mut open) = (Vec::new(), 1_usize);
        while open > 0 {
            let Some(Reverse((place, mut colour))) = walk.pop() else { break };
            open -= usize::from(colour == TIP);
            // Every child of a commit stands before it: all that reaches it is in the queue by now.
            while let Some(Reverse((next, other))) = walk.peek().copied() {
                if next != place {
                    break;
                }
                walk.pop();
                open -= usize::from(other == TIP);
                colour |= other;
            }
            if colour == TIP {
                found.push(place);
            }
            let passed = if colour == TIP { TIP } else { BASE };
            for parent in self.parents(place) {
                open += usize::from(passed == TIP);
                walk.push(Reverse((*parent, passed)));
            }
        }
        found
    }

    fn parents(&self, place: u32) -> &[u32] {
        let at = index(place);
        let ends = self.begins.get(at).zip(self.begins.get(at + 1));
        ends.and_then(|(begin, end)| self.parents.get(*begin..*end)).unwrap_or_default()
    }
}

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> Id {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
        Id::from_bytes(&bytes).unwrap()
    }

    /// A history in which each commit names up to two earlier ones; clocks as wrong as they may be.
    fn history(picks: &[(u8, u8, i64)]) -> Vec<(Id, Links)> {
        let commit = |(at, (first, second, committed)): (usize, &(u8, u8, i64))| {
            let earlier = |choice: &u8| usize::from(*choice).checked_rem(at).map(id);
            let mut parents: Vec<Id> = [first, second].into_iter().filter_map(earlier).collect();
            parents.dedup();
            (id(at), Links { parents, committed: *committed })
        };
        picks.iter().enumerate().map(commit).collect()
    }

    fn ancestors(commits: &[(Id, Links)], head: Id) -> HashSet<Id> {
        let (mut seen, mut open) = (HashSet::from([head]), vec![head]);
        while let Some(next) = open.pop() {
            let (_, links) = commits.iter().find(|(id, _)| *id == next).unwrap();
            open.extend(links.parents.iter().filter(|parent| seen.insert(**parent)));
        }
        seen
    }

    proptest! {
        /// Ranges and ancestry are what the definition says, whatever the clocks say.
        #[test]
        fn ranges_are_exact(picks in prop::collection::vec((any::<u8>(), any::<u8>(), 0..9_i64), 1..24), a: usize, b: usize) {
            let commits = history(&picks);
            let head = id(picks.len() - 1);
            let (order, at) = Order::new(&head, &commits);
            let name = |place: u32| commits[at[place as usize] as usize].0;
            let reached = ancestors(&commits, head);
            prop_assert_eq!(at.len(), reached.len());
            let (base, tip) = (name((a % at.len()) as u32), name((b % at.len()) as u32));
            let (hidden, shown) = (ancestors(&commits, base), ancestors(&commits, tip));
            let range = order.range(order.place(&base), order.place(&tip).unwrap());
            let expected: HashSet<Id> = shown.difference(&hidden).copied().collect();
            prop_assert_eq!(range.len(), expected.len());
            prop_assert_eq!(range.iter().map(|place| name(*place)).collect::<HashSet<_>>(), expected);
            prop_assert!(range.is_sorted());
            let is_ancestor = order.is_ancestor(order.place(&base).unwrap(), order.place(&tip).unwrap());
            prop_assert_eq!(is_ancestor, shown.contains(&base));
            for (place, commit) in at.iter().enumerate() {
                let parents = commits[*commit as usize].1.parents.iter().filter_map(|parent| order.place(parent));
                prop_assert!(parents.into_iter().all(|parent| parent as usize > place));
            }
        }
    }
}
