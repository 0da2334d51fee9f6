//! The words along a line of a picture that is as wide as its page: on a telephone fewer of them have room than on a desk.

use crate::output::html::safe;

/// How much of the width one character takes, in hundredths, where the page is as narrow as a small telephone (320 pixels) and as
/// narrow as it is still called wide (`style.css`: 40rem).
const CHARACTER: [f64; 2] = [2.5, 1.15];
/// How far apart two words are at least, in hundredths.
const APART: [f64; 2] = [3.0, 1.5];

/// The labels of one line, from left to right.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// Where the last one ends that is shown, on a telephone and on a desk.
    ends: [f64; 2],
    any: [bool; 2],
}

impl Labels {
    /// A label at a place, as far as there is room for it. One that would go beyond the right end stands before its place.
    pub(super) fn label(&mut self, x: f64, y: f64, text: &str) -> String {
        let width = |size: f64| text.chars().count() as f64 * size;
        let [narrow, wide] = CHARACTER.map(|size| x + width(size) > 100.0);
        let starts = [(narrow, CHARACTER[0]), (wide, CHARACTER[1])]
            .map(|(before, size)| if before { (x - width(size), x) } else { (x, x + width(size)) });
        let mut shown = [false; 2];
        for (at, (start, end)) in starts.into_iter().enumerate() {
            let (Some(last), Some(any), Some(apart), Some(shown)) =
                (self.ends.get_mut(at), self.any.get_mut(at), APART.get(at), shown.get_mut(at))
            else {
                continue;
            };
            if !*any || start >= *last + apart {
                (*last, *any, *shown) = (end, true, true);
            }
        }
        let [on_telephone, on_desk] = shown;
        let class = match (on_telephone, on_desk) {
            (false, false) => return String::new(),
            (true, true) if narrow && !wide => "time before",
            (true, true) => "time",
            (false, true) => "time wide",
            (true, false) if narrow && !wide => "time narrow before",
            (true, false) => "time narrow",
        };
        let anchor = if wide { " text-anchor=\"end\"" } else { "" };
        format!("\n<text class=\"{class}\"{anchor} x=\"{x:.2}%\" y=\"{y}\">{}</text>", safe(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The class and the anchor of each label of a line.
    fn classes(labels: &[(f64, &str)]) -> Vec<String> {
        let mut row = Labels::default();
        let of = |(x, text): &(f64, &str)| row.label(*x, 14.0, text);
        labels.iter().map(of).map(|text| text.split(" x=").next().unwrap_or_default().trim().to_owned()).collect()
    }

    #[test]
    fn what_has_no_room_on_a_telephone_is_left_out_there() {
        let classes = classes(&[(2.0, "08:00"), (12.0, "08:01"), (22.0, "08:02"), (90.0, "08:09"), (97.0, "08:10")]);
        let [time, wide] = ["<text class=\"time\"", "<text class=\"time wide\""];
        assert_eq!(classes, [time, wide, time, "<text class=\"time before\"", ""]);
    }

    #[test]
    fn what_would_go_beyond_the_end_stands_before_its_place() {
        assert_eq!(classes(&[(98.0, "08:10")]), ["<text class=\"time\" text-anchor=\"end\""]);
    }
}
