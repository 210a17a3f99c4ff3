//! Instants, the time of day, sleeping, and times of files. The arguments are the seconds of the
//! host's clock and what to call a file; nothing that is printed depends on them.

use std::fs;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn expect(what: &str, truth: bool) {
    println!("{}: {}", what, if truth { "yes" } else { "NO" });
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let host: u64 = arguments[1].parse().expect("seconds");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    expect("time of day is the host's", now >= host && now < host + 60);

    let mut last = Instant::now();
    let first = last;
    let mut steady = true;
    for _ in 0..100_000 {
        let next = Instant::now();
        steady &= next >= last;
        last = next;
    }
    expect("instants never go back", steady);
    expect("and go on", last > first);
    for milliseconds in [0, 1, 20] {
        let pause = Duration::from_millis(milliseconds);
        let start = Instant::now();
        thread::sleep(pause);
        expect("sleeps long enough", start.elapsed() >= pause);
    }
    thread::yield_now();

    let before = SystemTime::now();
    fs::write(&arguments[2], "new").expect("a file");
    let data = fs::metadata(&arguments[2]).expect("metadata");
    let near = |time: SystemTime| match time.duration_since(before) {
        Ok(later) => later < Duration::from_secs(10),
        Err(earlier) => earlier.duration() < Duration::from_secs(1),
    };
    expect("modified now", near(data.modified().expect("modified")));
    expect("accessed now", near(data.accessed().expect("accessed")));
    let first = data.modified().expect("modified");
    thread::sleep(Duration::from_millis(20));
    fs::write(&arguments[2], "newer").expect("a file");
    let second = fs::metadata(&arguments[2]).and_then(|data| data.modified()).expect("modified");
    expect("modified later", second > first);
}
