//! Routes of words that name one thing of many, as titles and names of people do: they are known by how many stand side by side, each asked
//! only a few times, and not by how they are written.

use std::collections::{BTreeMap, HashMap};

/// What is asked no more often than this, before and after the cut-over together, shows nothing by itself.
pub(super) const FEW: u64 = 10;

/// More than this side by side that are asked so seldom are no pages of their own.
const MANY: usize = 50;

/// So many segments of a path are looked at.
const DEEPEST: usize = 16;

/// A route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route<'r> {
    /// Its name, or what is left of it.
    pub(super) name: &'r str,
    /// Its number.
    pub(super) number: u32,
    /// How often it was asked.
    pub(super) requests: u64,
}

/// The routes that are counted as one.
#[derive(Debug, Default)]
pub(super) struct Folds {
    /// Their names, as `/articles/{}`.
    pub(super) names: Vec<String>,
    /// Which of them a route belongs to, by its number.
    pub(super) of: HashMap<u32, usize>,
}

/// Finds the routes that are to be counted as one.
pub(super) fn fold<'r>(routes: &[Route<'r>]) -> Folds {
    let mut found = Found::default();
    let rest = |route: &Route<'r>| Some(Route { name: route.name.strip_prefix('/')?, ..*route });
    found.follow(Branch {
        prefix: String::new(),
        is_folded: false,
        depth: 0,
        routes: routes.iter().filter_map(rest).collect(),
    });
    while let Some(branch) = found.open.pop() {
        found.split(branch);
    }
    let mut folds = Folds::default();
    let mut numbers = HashMap::new();
    for (number, name) in found.names {
        let fold = *numbers.entry(name).or_insert_with_key(|name| {
            folds.names.push(name.clone());
            folds.names.len() - 1
        });
        folds.of.insert(number, fold);
    }
    // What has such a name by itself is counted with them.
    for route in routes {
        if let Some(fold) = numbers.get(route.name) {
            folds.of.entry(route.number).or_insert(*fold);
        }
    }
    folds
}

/// Routes that begin alike.
struct Branch<'r> {
    /// How they begin, as it is counted.
    prefix: String,
    /// Whether that is no name of theirs any more.
    is_folded: bool,
    depth: usize,
    /// Each with the rest of its name.
    routes: Vec<Route<'r>>,
}

#[derive(Default)]
struct Found<'r> {
    open: Vec<Branch<'r>>,
    /// The names of those that are counted under another one, by their numbers.
    names: HashMap<u32, String>,
}

impl<'r> Found<'r> {
    /// Leaves routes to be split, or gives them the rest of their names where they are too few for it.
    fn follow(&mut self, branch: Branch<'r>) {
        if branch.routes.len() > MANY && branch.depth < DEEPEST {
            self.open.push(branch);
        } else if branch.is_folded {
            let whole = |route: &Route<'_>| (route.number, format!("{}/{}", branch.prefix, route.name));
            self.names.extend(branch.routes.iter().map(whole));
        }
    }

    /// Splits routes by their next segment. Those whose segment is one of many go on as one.
    fn split(&mut self, branch: Branch<'r>) {
        let Branch { prefix, is_folded, depth, routes } = branch;
        let mut next: BTreeMap<&str, Vec<Route<'r>>> = BTreeMap::new();
        for route in routes {
            let segment = route.name.split('/').next().unwrap_or_default();
            next.entry(segment).or_default().push(route);
        }
        let is_rare = |segment: &str, routes: &[Route<'_>]| {
            !segment.is_empty() && segment != "{}" && routes.iter().map(|route| route.requests).sum::<u64>() <= FEW
        };
        let is_many = next.iter().filter(|(segment, routes)| is_rare(segment, routes)).count() > MANY;
        let mut parts: BTreeMap<&str, (bool, Vec<Route<'r>>)> = BTreeMap::new();
        for (segment, routes) in next {
            let is_thing = is_many && is_rare(segment, &routes);
            let part = parts.entry(if is_thing { "{}" } else { segment }).or_default();
            part.0 |= is_thing;
            part.1.extend(routes);
        }
        for (segment, (is_thing, routes)) in parts {
            let (prefix, is_folded) = (format!("{prefix}/{segment}"), is_folded || is_thing);
            let mut rest = Vec::new();
            for route in routes {
                match route.name.split_once('/') {
                    Some((_, name)) => rest.push(Route { name, ..route }),
                    None if is_folded => _ = self.names.insert(route.number, prefix.clone()),
                    None => {}
                }
            }
            self.follow(Branch { prefix, is_folded, depth: depth + 1, routes: rest });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How routes are counted that are asked so often each, the names without a slash being of so many.
    fn folded(names: &[(String, u64)]) -> Vec<String> {
        let numbered = names.iter().zip(0..);
        let routes: Vec<Route<'_>> =
            numbered.map(|((name, requests), number)| Route { name, number, requests: *requests }).collect();
        let folds = fold(&routes);
        let name = |route: &Route<'_>| {
            folds.of.get(&route.number).map_or(route.name.to_owned(), |fold| folds.names[*fold].clone())
        };
        let mut all: Vec<String> = routes.iter().map(name).collect();
        all.sort();
        all.dedup();
        all
    }

    fn word(at: usize) -> String {
        [at / 26 % 26, at % 26].map(|at| char::from(b'a' + at as u8)).iter().collect()
    }

    fn many(pattern: &str, count: usize, requests: u64) -> Vec<(String, u64)> {
        (0..count).map(|at| (pattern.replace('*', &word(at)), requests)).collect()
    }

    #[test]
    fn many_side_by_side_are_one() {
        assert_eq!(folded(&many("/articles/*", 51, 1)), ["/articles/{}"]);
        assert_eq!(folded(&many("/@*", 51, FEW)), ["/{}"]);
        assert_eq!(folded(&many("/reset/*/{}/", 51, 2)), ["/reset/{}/{}/"]);
        assert_eq!(folded(&many("/users/*/posts", 51, 2)), ["/users/{}/posts"]);
        assert_eq!(folded(&many("/articles/*", 50, 1)).len(), 50);
        assert_eq!(folded(&many("/articles/*", 60, FEW + 1)).len(), 60);
    }

    #[test]
    fn what_is_asked_often_beside_them_and_what_has_the_name_by_itself_keep_theirs() {
        let others = [
            ("/articles/popular".to_owned(), 500),
            ("/articles/{}".to_owned(), 500),
            ("/".to_owned(), 9),
            ("x".to_owned(), 1),
        ];
        let routes = [many("/articles/*", 60, 1), others.to_vec()].concat();
        assert_eq!(folded(&routes), ["/", "/articles/popular", "/articles/{}", "x"]);
    }

    #[test]
    fn one_of_many_has_many_of_its_own() {
        let nested: Vec<_> = (0..60).flat_map(|at| many(&format!("/u/{}/*", word(at)), 3, 1)).collect();
        assert_eq!(folded(&nested), ["/u/{}/aa", "/u/{}/ab", "/u/{}/ac"]);
        let nested: Vec<_> = (0..60).map(|at| (format!("/u/{}/{}", word(at), word(at + 90)), 1)).collect();
        assert_eq!(folded(&nested), ["/u/{}/{}"]);
        let deep = format!("{}*", "/a".repeat(1_000));
        assert_eq!(folded(&many(&deep, 60, 1)).len(), 60);
    }
}
