//! The forms of all secrets that are known, and where they stand.

use super::forms::{self, SHORTEST};
use super::loose::Loose;
use super::needles::Needles;
use super::squeezed::{Squeezed, Without};

/// How often escapes are read in what they stood for.
pub(super) const DEPTH: usize = 6;

/// Secrets in every form that is looked for.
#[derive(Default)]
pub(super) struct Known {
    forms: Needles,
    /// Those of base64 and of hexadecimal digits again: programs break them into lines, at any place.
    broken: Needles,
    /// What remains of a secret where escapes are read.
    bare: Needles,
    /// That again, in quotes.
    loose: Loose,
}

/// What was found in bytes.
pub(super) struct Found {
    /// Where secrets stand, as ranges in order that do not touch. Forms may overlap: all of what any of them covers is hidden.
    pub(super) ranges: Vec<(usize, usize)>,
    /// How many of the last bytes may be the beginning of a secret that goes on in what comes next.
    pub(super) unfinished: usize,
}

impl Known {
    /// These, and more secrets.
    pub(super) fn and<'s>(&self, secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let (mut all, mut broken) = (self.forms.all().to_vec(), self.broken.all().to_vec());
        let mut bare = self.bare.all().to_vec();
        let mut loose: Vec<Vec<u8>> = self.loose.texts().cloned().collect();
        for secret in secrets {
            let forms = forms::forms(secret);
            broken.extend(forms.digits.iter().cloned());
            bare.extend(forms.bare.iter().cloned());
            loose.extend(forms.bare.iter().cloned());
            all.extend(forms.texts.into_iter().chain(forms.digits).chain(forms.bare));
        }
        Self {
            forms: Needles::new(all),
            broken: Needles::new(broken),
            bare: Needles::new(bare),
            loose: Loose::new(loose, SHORTEST),
        }
    }

    /// How many forms.
    pub(super) fn count(&self) -> usize {
        self.forms.all().len()
    }

    /// Whether there is nothing to hide.
    pub(super) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// What of them stands in it; at the end, where no more comes, an escape that has begun is none.
    pub(super) fn find(&self, bytes: &[u8], is_end: bool) -> Found {
        let mut search = Search { ranges: Vec::new(), from: bytes.len() };
        let raw = Squeezed::of(bytes);
        search.look(&self.forms, &raw);
        search.look_in_breaks(&self.broken, &raw, is_end);
        let seen = raw.without(Without::Hidden, is_end);
        if let Some(seen) = &seen {
            search.look(&self.forms, seen);
        }
        let seen = seen.unwrap_or(raw);
        let mut read: Vec<Squeezed<'_>> = Vec::new();
        while let Some(more) = read.last().unwrap_or(&seen).decoded(is_end).filter(|_| read.len() < DEPTH) {
            search.look(&self.bare, &more);
            read.push(more);
        }
        if let Some(last) = read.last() {
            search.look_in_breaks(&self.broken, last, is_end);
        }
        search.look_loosely(&self.loose, read.last().unwrap_or(&seen));
        // Where an escape is cut in two, what comes next would be read otherwise than in one piece.
        let from = read.iter().rev().fold(search.from, |from, read| read.before(from));
        Found { ranges: merged(search.ranges), unfinished: bytes.len() - from }
    }
}

/// What was found so far.
struct Search {
    ranges: Vec<(usize, usize)>,
    /// From where on a secret may have begun.
    from: usize,
}

impl Search {
    fn look(&mut self, needles: &Needles, bytes: &Squeezed<'_>) {
        let inside = needles.find(bytes.bytes());
        self.ranges.extend(inside.into_iter().flat_map(|(start, end)| bytes.ranges(start, end)));
        self.from = self.from.min(bytes.last(needles.begun(bytes.bytes())));
    }

    fn look_in_breaks(&mut self, needles: &Needles, bytes: &Squeezed<'_>, is_end: bool) {
        if needles.is_empty() {
            return;
        }
        match bytes.without(Without::Breaks, is_end) {
            Some(unbroken) => self.look(needles, &unbroken),
            None => self.look(needles, bytes),
        }
    }

    fn look_loosely(&mut self, loose: &Loose, bytes: &Squeezed<'_>) {
        let (found, from) = loose.find(bytes);
        self.ranges.extend(found);
        self.from = self.from.min(from);
    }
}

/// In order, and as one where they touch.
pub(super) fn merged(mut found: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    found.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in found {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}
