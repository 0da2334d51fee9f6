//! Lists in pages, with the `Link` header that leads through them.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;

impl Call<'_> {
    /// A page of a list.
    pub(super) fn list(&self, items: Vec<Value>) -> Reply {
        let (items, link) = self.page(items);
        link.into_iter().fold(Reply::json(Value::Array(items)), |reply, link| reply.header("link", link))
    }

    /// A page of a list that stands in an object beside the number of all.
    pub(super) fn counted(&self, name: &str, items: Vec<Value>) -> Reply {
        let total = items.len();
        let (items, link) = self.page(items);
        let reply = Reply::json(json!({ "total_count": total, name: items }));
        link.into_iter().fold(reply, |reply, link| reply.header("link", link))
    }

    /// The page that the query asks for. As on GitHub, what is no number counts as not given, and 100 is the most.
    fn page(&self, items: Vec<Value>) -> (Vec<Value>, Option<String>) {
        let number = |name: &str| self.query(name).and_then(|text| text.parse::<usize>().ok()).filter(|n| *n > 0);
        let size = number("per_page").unwrap_or(30).min(100);
        let page = number("page").unwrap_or(1);
        let last = items.len().div_ceil(size).max(1);
        let link = self.link(page, last);
        let skip = page.saturating_sub(1).saturating_mul(size);
        (items.into_iter().skip(skip).take(size).collect(), link)
    }

    fn link(&self, page: usize, last: usize) -> Option<String> {
        let before = page > 1;
        let after = page < last;
        let relations = [
            (before, page.saturating_sub(1).min(last), "prev"),
            (after, page + 1, "next"),
            (after, last, "last"),
            (before, 1, "first"),
        ];
        let links: Vec<String> = relations
            .into_iter()
            .filter(|(there, ..)| *there)
            .map(|(_, page, relation)| format!("<{}>; rel=\"{relation}\"", self.url_of_page(page)))
            .collect();
        (!links.is_empty()).then(|| links.join(", "))
    }

    fn url_of_page(&self, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.query.iter().filter(|(name, _)| name != "page"));
        query.append_pair("page", &page.to_string());
        // As it was asked for: whoever comes through a proxy stays with it.
        let host = self.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let origin = host.map_or_else(|| self.origin.to_owned(), |host| format!("http://{host}"));
        format!("{origin}{}?{}", self.path, query.finish())
    }
}
