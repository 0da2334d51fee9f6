//! The forms of all secrets that are known, and where they stand.

use memchr::memmem;

use super::forms;
use super::squeezed::{Squeezed, Without};

/// Secrets in every form that is looked for.
#[derive(Default)]
pub(super) struct Known {
    forms: Vec<memmem::Finder<'static>>,
    /// Those of base64 and of hexadecimal digits again: programs break them into lines, at any place.
    broken: Vec<memmem::Finder<'static>>,
}

impl Known {
    /// These, and more secrets.
    pub(super) fn and<'s>(&self, secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let needles =
            |finders: &[memmem::Finder<'static>]| finders.iter().map(|form| form.needle().to_vec()).collect::<Vec<_>>();
        let (mut all, mut broken) = (needles(&self.forms), needles(&self.broken));
        for secret in secrets {
            let forms = forms::forms(secret);
            broken.extend(forms.digits.iter().cloned());
            all.extend(forms.texts.into_iter().chain(forms.digits));
        }
        let finders = |mut forms: Vec<Vec<u8>>| {
            forms.sort_unstable();
            forms.dedup();
            forms.iter().map(|form| memmem::Finder::new(form).into_owned()).collect()
        };
        Self { forms: finders(all), broken: finders(broken) }
    }

    /// How many forms.
    pub(super) fn count(&self) -> usize {
        self.forms.len()
    }

    /// Whether there is nothing to hide.
    pub(super) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Whether one of them stands in it.
    pub(super) fn finds(&self, bytes: &[u8]) -> bool {
        let is_in =
            |forms: &[memmem::Finder<'static>], bytes: &[u8]| forms.iter().any(|form| form.find(bytes).is_some());
        let is_inside = |(forms, squeezed): (&[memmem::Finder<'static>], Squeezed)| is_in(forms, squeezed.bytes());
        is_in(&self.forms, bytes) || self.squeezed(bytes).any(is_inside)
    }

    /// What is looked for where bytes are not as they stand.
    fn squeezed<'m>(&'m self, bytes: &'m [u8]) -> impl Iterator<Item = (&'m [memmem::Finder<'static>], Squeezed)> {
        let all = [
            (&self.forms, Without::Hidden),
            (&self.broken, Without::Breaks),
            (&self.forms, Without::Escapes),
            (&self.forms, Without::FormEscapes),
            (&self.forms, Without::Backslashes),
            (&self.forms, Without::References),
        ];
        let squeezed = |(forms, without): (&'m Vec<memmem::Finder<'static>>, Without)| {
            (!forms.is_empty()).then(|| Some((forms.as_slice(), Squeezed::of(bytes, without)?))).flatten()
        };
        all.into_iter().filter_map(squeezed)
    }

    /// Where secrets stand, as ranges in order that do not touch. Forms may overlap: all of what any of them covers is hidden.
    pub(super) fn ranges(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found = all_of(&self.forms, bytes);
        for (forms, squeezed) in self.squeezed(bytes) {
            let inside = all_of(forms, squeezed.bytes());
            found.extend(inside.into_iter().flat_map(|(start, end)| squeezed.ranges(start, end)));
        }
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

    /// How many of the last bytes may be the beginning of a secret that goes on in what comes next.
    pub(super) fn unfinished(&self, bytes: &[u8]) -> usize {
        let broken = |(forms, squeezed): (&[memmem::Finder<'static>], Squeezed)| {
            squeezed.last(longest_beginning(forms, squeezed.bytes()), bytes.len())
        };
        self.squeezed(bytes).map(broken).fold(longest_beginning(&self.forms, bytes), usize::max)
    }
}

/// Where any of these stands.
fn all_of(forms: &[memmem::Finder<'static>], bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for form in forms {
        let (mut from, width) = (0, form.needle().len());
        while let Some(at) = bytes.get(from..).and_then(|rest| form.find(rest)) {
            found.push((from + at, from + at + width));
            from += at + 1;
        }
    }
    found
}

/// How many of the last bytes are the beginning of one of these.
fn longest_beginning(forms: &[memmem::Finder<'static>], bytes: &[u8]) -> usize {
    let last = bytes.last();
    // Most beginnings differ in their last byte: that is cheap to see.
    let ends = |start: &[u8]| start.last() == last && bytes.ends_with(start);
    let longest = |form: &memmem::Finder<'static>| {
        let needle = form.needle();
        let most = needle.len().saturating_sub(1).min(bytes.len());
        (1..=most).rev().find(|width| needle.get(..*width).is_some_and(ends)).unwrap_or(0)
    };
    forms.iter().map(longest).max().unwrap_or(0)
}
