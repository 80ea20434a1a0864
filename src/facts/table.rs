//! Sorted text that is searched where it lies: rows are lines, columns are parted by tabs, lines of `#` stand in front.

use std::cmp::Ordering;

/// A table whose rows are sorted by their first columns, without ASCII case.
pub(super) struct Table {
    text: &'static str,
    /// Where the first row begins, behind the lines of `#`.
    first_row: usize,
}

impl Table {
    /// A table over the whole text of a file. To be used for statics, so that the head is skipped by the compiler.
    pub(super) const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut first_row = 0;
        while first_row < bytes.len() && bytes[first_row] == b'#' {
            while first_row < bytes.len() && bytes[first_row] != b'\n' {
                first_row += 1;
            }
            if first_row < bytes.len() {
                first_row += 1;
            }
        }
        Self { text, first_row }
    }

    /// The row whose first columns equal `key`, without ASCII case.
    pub(super) fn find(&self, key: &[&str]) -> Option<Row> {
        let bytes = self.text.as_bytes();
        let (mut low, mut high) = (self.first_row, bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
            let end = memchr::memchr(b'\n', &bytes[middle..high]).map_or(high, |at| middle + at);
            let row = Row { line: self.text[start..end].trim_end_matches('\r') };
            match row.compare(key) {
                Ordering::Less => low = end + 1,
                Ordering::Greater => high = start,
                Ordering::Equal => return Some(row),
            }
        }
        None
    }

    #[cfg(test)]
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> {
        self.text[self.first_row..].lines().map(|line| Row { line })
    }
}

/// One line of a [`Table`].
#[derive(Clone, Copy)]
pub(super) struct Row {
    line: &'static str,
}

impl Row {
    /// A column from 0; empty where the row is shorter.
    pub(super) fn column(self, index: usize) -> &'static str {
        self.line.split('\t').nth(index).unwrap_or_default()
    }

    /// The first columns.
    pub(super) fn columns<const N: usize>(self) -> [&'static str; N] {
        let mut columns = self.line.split('\t');
        std::array::from_fn(|_| columns.next().unwrap_or_default())
    }

    fn compare(self, key: &[&str]) -> Ordering {
        let mut columns = self.line.split('\t');
        key.iter()
            .map(|part| compare(columns.next().unwrap_or_default(), part))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// Compares byte by byte, without ASCII case.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Checks what [`Table::find`] relies on, for tables with that many columns of which the first `keys` are the key.
#[cfg(test)]
pub(super) fn assert_sorted(table: &Table, columns: usize, keys: usize) {
    let mut before: Option<Row> = None;
    for row in table.rows() {
        assert_eq!(row.line.split('\t').count(), columns, "{}", row.line);
        assert!(row.line.split('\t').all(|column| column == column.trim()), "{}", row.line);
        if let Some(before) = before {
            let key: Vec<&str> = row.line.split('\t').take(keys).collect();
            assert_eq!(before.compare(&key), Ordering::Less, "{} stands before {}", before.line, row.line);
        }
        before = Some(row);
    }
    assert!(before.is_some());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_row_and_nothing_else() {
        let table = Table::new("# about\n# more\na\t1\nb\t2\nB-x\t3\nc_d\t4\n");
        for (key, value) in [("a", "1"), ("A", "1"), ("b", "2"), ("b-X", "3"), ("C_D", "4")] {
            assert_eq!(table.find(&[key]).map(|row| row.column(1)), Some(value), "{key}");
        }
        for key in ["", "#", "aa", "b-", "c", "d", "ü"] {
            assert!(table.find(&[key]).is_none(), "{key}");
        }
        assert!(Table::new("# only a head").find(&["a"]).is_none());
        assert!(Table::new("").find(&["a"]).is_none());
    }

    #[test]
    fn reads_files_with_line_ends_of_windows_and_without_a_last_one() {
        let table = Table::new("# about\r\na\tx\t1\r\na\ty\t2\r\nb\tx\t3");
        assert_eq!(table.find(&["a", "Y"]).map(|row| row.column(2)), Some("2"));
        assert_eq!(table.find(&["b", "x"]).map(|row| row.column(2)), Some("3"));
        assert_eq!(table.find(&["b", "x"]).map(|row| row.column(9)), Some(""));
        assert!(table.find(&["a", "z"]).is_none());
    }
}
