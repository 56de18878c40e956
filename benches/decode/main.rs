//! How fast pages of the endpoint index are decoded, beside the usual ways.
//! Prints the table of docs/performance.md.
//!
//! ```text
//! main.rs      arguments → pages → rounds → table
//! typed.rs     a row as structs, whole or only what is counted
//! ../index/    the pages
//! ../report/   what is printed, and how it ends
//! ```

#![forbid(unsafe_code)]

#[path = "../index/pages.rs"]
mod pages;
#[path = "../report/mod.rs"]
mod report;
mod typed;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use fortinet_exporter::ems::Census;
use serde_json::Value;

use pages::{Pages, ROWS};
use typed::{Answer, Counted, Whole};

use report::say;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Whatever else the machine does makes a round slower, never faster: the best counts.
const ROUNDS: usize = 5;

/// Measures how fast pages of the endpoint index are decoded.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many rows; without it nothing is done
    #[arg(long, value_name = "N")]
    rows: Option<usize>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let Some(rows) = Arguments::parse().rows else {
        say("nothing to do: give --rows N, see docs/performance.md");
        return ExitCode::SUCCESS;
    };
    report::end(measure(rows))
}

/// Decodes all pages one after the other, and says how many rows they had.
type Decoder = fn(&[Vec<u8>]) -> Result<usize>;

const DECODERS: [(&str, Decoder); 6] = [
    ("fortinet-exporter, counted as well", ours),
    ("serde_json, `Value`", values),
    ("serde_json, typed `Vec`, all fields", |pages| {
        each(pages, |page| Ok(serde_json::from_slice::<Answer<Whole<'_>>>(page)?.rows()))
    }),
    ("serde_json, typed `Vec`, counted fields", |pages| {
        each(pages, |page| Ok(serde_json::from_slice::<Answer<Counted<'_>>>(page)?.rows()))
    }),
    ("sonic-rs, typed `Vec`, all fields", |pages| {
        each(pages, |page| Ok(sonic_rs::from_slice::<Answer<Whole<'_>>>(page)?.rows()))
    }),
    ("sonic-rs, typed `Vec`, counted fields", |pages| {
        each(pages, |page| Ok(sonic_rs::from_slice::<Answer<Counted<'_>>>(page)?.rows()))
    }),
];

fn measure(rows: usize) -> Result<()> {
    let number = rows.div_ceil(ROWS);
    let source = Pages::render(number)?;
    let pages: Vec<Vec<u8>> = (0..number).map(|page| source.page(page * ROWS, rows)).collect();
    drop(source);
    let bytes: usize = pages.iter().map(Vec::len).sum();
    let rows = number * ROWS;
    say(&format!("\n{rows} rows of {} bytes, pages of {ROWS}\n", bytes / rows));
    let mut best = [Duration::MAX; DECODERS.len()];
    for _ in 0..ROUNDS {
        for ((name, decode), best) in DECODERS.iter().zip(&mut best) {
            let started = Instant::now();
            let decoded = decode(black_box(&pages))?;
            *best = started.elapsed().min(*best);
            if decoded != rows {
                return Err(format!("{name} found {decoded} rows").into());
            }
        }
    }
    say("| decoder | rows/s | GB/s | ours is faster by |\n|---|--:|--:|--:|");
    let ours = best[0].as_secs_f64();
    for ((name, _), best) in DECODERS.iter().zip(best) {
        let seconds = best.as_secs_f64();
        let (per_second, gigabytes) = (rows as f64 / seconds, bytes as f64 / seconds / 1e9);
        say(&format!("| {name} | {per_second:.0} | {gigabytes:.2} | {:.2} |", seconds / ours));
    }
    Ok(())
}

fn ours(pages: &[Vec<u8>]) -> Result<usize> {
    let mut census = Census::new(&[]);
    for page in pages {
        census.take(page).map_err(|flaw| format!("{flaw:?}"))?;
    }
    let rows = census.received();
    black_box(census.into_findings());
    Ok(rows)
}

fn values(pages: &[Vec<u8>]) -> Result<usize> {
    each(pages, |page| {
        let page: Value = serde_json::from_slice(page)?;
        let rows = page.pointer("/data/endpoints").and_then(Value::as_array).map_or(0, Vec::len);
        black_box(page);
        Ok(rows)
    })
}

fn each(pages: &[Vec<u8>], mut decode: impl FnMut(&[u8]) -> Result<usize>) -> Result<usize> {
    pages.iter().map(|page| decode(page)).sum()
}
