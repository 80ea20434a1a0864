//! Finding and parsing every expression of a flow against parsing the JSON that holds it. The aim is to cost less.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

mod texts;

use flowvet::expr;
use flowvet::syntax::{Document, Text};
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    let texts = texts::texts();
    let documents: Vec<Document<'_>> = texts.iter().filter_map(|text| Document::parse(text).ok()).collect();
    let bytes: usize = documents.iter().map(|document| document.text().len()).sum();
    let mut best = [Duration::MAX; 2];
    let mut count = (0, 0);
    for _ in 0..15 {
        let start = Instant::now();
        for document in &documents {
            drop(black_box(Document::parse(document.text())));
        }
        best[0] = best[0].min(start.elapsed());
        count = (0, 0);
        let start = Instant::now();
        for document in &documents {
            let texts = document.root().strings_holding(b'@').map(Text::decoded);
            for text in texts.filter(|text| expr::is_template(text)) {
                let length = text.len();
                black_box(expr::parse(text));
                count = (count.0 + 1, count.1 + length);
            }
        }
        best[1] = best[1].min(start.elapsed());
    }
    let rate = |bytes: usize, time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{} texts, {:.1} MB; {} templates, {:.2} MB",
        documents.len(),
        bytes as f64 / 1e6,
        count.0,
        count.1 as f64 / 1e6
    );
    println!("JSON         {:>6.0} MB/s", rate(bytes, best[0]));
    println!("expressions  {:>6.0} MB/s of templates", rate(count.1, best[1]));
    println!("time ratio {:.2}", best[1].as_secs_f64() / best[0].as_secs_f64());
}
