//! The window of a line around a place, drawn by miette. It is only ever given that window: on lines of half a megabyte
//! it is slow, and beyond 65,656 columns it panics.

use super::text::{clean, first_columns, last_columns, width};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// Draws windows in the colour of a level.
pub(crate) struct Drawer {
    handler: GraphicalReportHandler,
}

/// One line, cut down to what fits and made harmless.
#[derive(Debug)]
pub(crate) struct Window {
    text: String,
    /// The bytes of `text` that are the place.
    place: SourceSpan,
    /// From 1.
    line: u32,
}

impl Drawer {
    /// `styles.error` colours what marks the place.
    pub(crate) fn new(styles: &ThemeStyles) -> Self {
        // A gutter and a line of marks, nothing else: what is drawn with blanks only is left out again by `draw`.
        let characters = ThemeCharacters {
            hbar: ' ',
            vbar: '│',
            vbar_break: '│',
            ltop: ' ',
            lbot: ' ',
            underline: '^',
            uarrow: '^',
            error: String::new(),
            ..ThemeCharacters::unicode()
        };
        let styles = ThemeStyles { highlights: vec![styles.error], ..styles.clone() };
        let theme = GraphicalTheme { characters, styles };
        let handler = GraphicalReportHandler::new_themed(theme).with_context_lines(0).without_primary_span_start();
        Self { handler }
    }

    /// The lines, each ready to be indented. `text_column` is where the line's own text begins: numbers stand left of it.
    pub(crate) fn draw(&self, window: &Window, text_column: usize) -> Vec<String> {
        let mut drawn = String::new();
        if self.handler.render_report(&mut drawn, window).is_err() {
            return Vec::new();
        }
        let gutter = width(&format!(" {} │ ", window.line));
        let indent = " ".repeat(text_column.saturating_sub(gutter));
        let lines = drawn.lines().filter(|line| line.contains('│'));
        lines.map(|line| format!("{indent}{}", line.trim_end())).collect()
    }
}

impl Window {
    /// Columns left of the place that are kept where the line does not fit.
    const BEFORE: usize = 28;

    /// The line's text in three parts, and its number. `None` if there is nothing to show.
    pub(crate) fn new((before, place, after): (&str, &str, &str), line: u32, columns: usize) -> Option<Self> {
        let (before, place, after) = (clean(before.trim_start()), clean(place), clean(after.trim_end()));
        let (mut before, mut place, mut after) = (before.into_owned(), place.into_owned(), after.into_owned());
        if before.is_empty() && place.trim().is_empty() && after.is_empty() {
            return None;
        }
        if width(&before) + width(&place) + width(&after) > columns {
            let longest = Self::BEFORE.min(columns / 3);
            if width(&before) > longest {
                before = format!("…{}", last_columns(&before, longest.saturating_sub(1)));
            }
            let room = columns.saturating_sub(width(&before));
            if width(&place) > room {
                place = format!("{}…", first_columns(&place, room.saturating_sub(1)));
                after.clear();
            } else if width(&place) + width(&after) > room {
                after = match room - width(&place) {
                    0 => String::new(),
                    rest => format!("{}…", first_columns(&after, rest - 1)),
                };
            }
        }
        let span = SourceSpan::new(before.len().into(), place.len());
        Some(Self { text: before + &place + &after, place: span, line })
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::new(0.into(), self.text.len());
        let line = self.line.max(1) as usize - 1;
        Ok(Box::new(MietteSpanContents::new(self.text.as_bytes(), whole, line, 0, 1)))
    }
}

impl Diagnostic for Window {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, self.place))))
    }
}

/// The message is the finding's, which stands above.
impl fmt::Display for Window {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Window {}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(parts: (&str, &str, &str), line: u32, columns: usize) -> Vec<String> {
        let window = Window::new(parts, line, columns);
        window.map(|window| Drawer::new(&ThemeStyles::none()).draw(&window, 9)).unwrap_or_default()
    }

    #[test]
    fn marks_the_place_under_its_line() {
        let lines = drawn(("    \"key\": ", "\"sk_l************\"", ","), 214, 80);
        assert_eq!(lines, ["   214 │ \"key\": \"sk_l************\",", "       │        ^^^^^^^^^^^^^^^^^^"]);
    }

    #[test]
    fn marks_stand_under_wide_and_hidden_characters() {
        let lines = drawn(("名\u{202e}: ", "値段", ""), 1, 80);
        assert_eq!(lines, ["     1 │ 名<U+202E>: 値段", "       │             ^^^^"]);
    }

    #[test]
    fn fits_any_line_into_any_terminal() {
        let long = "x".repeat(500);
        for columns in 1..120 {
            for parts in [(long.as_str(), "y", long.as_str()), ("", long.as_str(), ""), ("", "", "👩‍💻"), ("", "\t", "a")]
            {
                for line in drawn(parts, u32::MAX, columns) {
                    assert!(width(&line) <= columns + 15, "{line}");
                }
            }
        }
        assert!(drawn(("", "", ""), 0, 80).is_empty());
        assert!(drawn((" ", " ", " "), 3, 80).is_empty());
        assert_eq!(drawn(("a", "", "b"), 3, 80), ["     3 │ ab", "       │  ^"]);
    }
}
