//! Standard input through std::io, in the way that the argument names.

use std::io::{self, BufRead, Read, Write};
use std::process::exit;

fn lines() -> io::Result<()> {
    let mut count = 0;
    let mut bytes = 0;
    let mut longest = 0;
    let stdin = io::stdin();
    for line in stdin.lock().split(b'\n') {
        let line = line?;
        if count < 5 {
            println!("{}: {} bytes", count, line.len());
        }
        count += 1;
        bytes += line.len();
        longest = longest.max(line.len());
    }
    println!("{} lines, {} bytes, longest {}", count, bytes, longest);
    println!("after the end {}", stdin.lock().read(&mut [0; 8])?);
    Ok(())
}

fn text() -> io::Result<()> {
    let mut text = String::new();
    match io::stdin().read_to_string(&mut text) {
        Ok(size) => println!("{} bytes, {} characters", size, text.chars().count()),
        Err(error) => println!("{:?}", error.kind()),
    }
    Ok(())
}

fn bytes(size: usize) -> io::Result<()> {
    let mut block = vec![0; size];
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut total = 0;
    loop {
        let length = io::stdin().read(&mut block)?;
        if length == 0 {
            break;
        }
        for byte in &block[..length] {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
        total += length;
    }
    println!("{} bytes, hash {:016x}", total, hash);
    Ok(())
}

fn copy() -> io::Result<()> {
    let mut all = Vec::new();
    io::stdin().read_to_end(&mut all)?;
    std::fs::write("copy", &all)?;
    io::stdout().write_all(&all)?;
    io::stdout().flush()
}

fn numbers() -> io::Result<()> {
    let mut sum = 0i64;
    for line in io::stdin().lock().lines() {
        for word in line?.split_whitespace() {
            match word.parse::<i64>() {
                Ok(number) => sum += number,
                Err(_) => {
                    println!("no number after {}", sum);
                    exit(9);
                }
            }
        }
    }
    println!("sum {}", sum);
    Ok(())
}

fn main() {
    let result = match std::env::args().nth(1).as_deref() {
        Some("lines") => lines(),
        Some("text") => text(),
        Some("bytes") => bytes(65_536),
        Some("odd") => bytes(777),
        Some("copy") => copy(),
        Some("numbers") => numbers(),
        _ => exit(64),
    };
    if let Err(error) = result {
        println!("{:?}", error.kind());
        exit(1);
    }
}
