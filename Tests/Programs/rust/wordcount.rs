// Counts the words of standard input. Each language has this program, and all print the same:
// see ../README.md for what.

use std::collections::HashMap;
use std::io::{self, BufWriter, Read, Write};

fn main() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;

    let hash = bytes.iter().fold(0xcbf29ce484222325u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100000001b3)
    });
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let (mut words, mut longest) = (0usize, 0usize);
    let (mut sum, mut squares) = (0f64, 0f64);
    for word in bytes.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        let text = String::from_utf8(word.to_ascii_lowercase()).unwrap();
        *counts.entry(text).or_insert(0) += 1;
        words += 1;
        longest = longest.max(word.len());
        sum += word.len() as f64;
        squares += (word.len() * word.len()) as f64;
    }

    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));

    let total = words.max(1) as f64;
    let mean = sum / total;
    let entropy: f64 = sorted
        .iter()
        .map(|&(_, count)| count as f64 / total)
        .map(|share| -share * share.log2())
        .sum();
    let mut out = BufWriter::new(io::stdout());
    writeln!(
        out,
        "bytes {} lines {} words {} distinct {}",
        bytes.len(),
        lines,
        words,
        sorted.len()
    )?;
    writeln!(out, "fnv1a {:016x}", hash)?;
    let deviation = (squares / total - mean * mean).sqrt();
    writeln!(out, "length mean {:.4} deviation {:.4} longest {}", mean, deviation, longest)?;
    writeln!(out, "entropy {:.6}", entropy)?;
    for (word, count) in &sorted {
        writeln!(out, "{:6} {:7.3}% {}", count, 100.0 * *count as f64 / total, word)?;
    }
    out.flush()
}
