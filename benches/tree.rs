//! The spanned tree against `serde_json::Value`, which has no spans: time and peak heap over the same texts. Texts are the
//! flow files below FLOWVET_CORPUS, or one made up here. The aim is at most half of both.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark")]

mod counting;
mod texts;

use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    let texts = texts::texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    let ours = |text: &str| drop(black_box(flowvet::syntax::Document::parse(text)));
    let theirs =
        |text: &str| drop(black_box(serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))));
    let mut best = [Duration::MAX; 2];
    for _ in 0..15 {
        best[0] = best[0].min(time(&texts, &ours));
        best[1] = best[1].min(time(&texts, &theirs));
    }
    let peak = [peak(&texts, &ours), peak(&texts, &theirs)];
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{} texts, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    println!("spanned tree       {:>6.0} MB/s  {:.2} peak heap bytes per byte", rate(best[0]), peak[0]);
    println!("serde_json::Value  {:>6.0} MB/s  {:.2}", rate(best[1]), peak[1]);
    println!("time ratio {:.2}, memory ratio {:.2}", best[0].as_secs_f64() / best[1].as_secs_f64(), peak[0] / peak[1]);
}

fn time(texts: &[String], parse: &dyn Fn(&str)) -> Duration {
    let start = Instant::now();
    texts.iter().for_each(|text| parse(text));
    start.elapsed()
}

/// The mean over the texts of peak heap per byte of text.
fn peak(texts: &[String], parse: &dyn Fn(&str)) -> f64 {
    let of = |text: &String| counting::peak_of(|| parse(text)) as f64 / text.len() as f64;
    texts.iter().map(of).sum::<f64>() / texts.len() as f64
}
