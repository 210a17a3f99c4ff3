//! Files through std::fs: open in every way, read, write, seek, set lengths, rename, link,
//! remove, and the errors. It leaves files behind, which are compared as well.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::process::exit;

/// The name of an error: WASI and Linux number them differently.
fn name(error: &io::Error) -> String {
    const NAMES: [(&str, i32, i32); 11] = [
        ("EBADF", 8, 9),
        ("EEXIST", 20, 17),
        ("EINVAL", 28, 22),
        ("EISDIR", 31, 21),
        ("ELOOP", 32, 40),
        ("ENAMETOOLONG", 37, 36),
        ("ENOENT", 44, 2),
        ("ENOTDIR", 54, 20),
        ("ENOTEMPTY", 55, 39),
        ("EPERM", 63, 1),
        ("EACCES", 2, 13),
    ];
    let code = error.raw_os_error().unwrap_or(0);
    for (name, wasi, linux) in NAMES {
        if code == if cfg!(target_os = "wasi") { wasi } else { linux } {
            return name.to_string();
        }
    }
    format!("{:?}", error.kind())
}

fn report<T: std::fmt::Debug>(what: &str, result: io::Result<T>) {
    match result {
        Ok(value) => println!("{}: {:?}", what, value),
        Err(error) => println!("{}: {}", what, name(&error)),
    }
}

fn describe(path: &str) {
    match fs::symlink_metadata(path) {
        Err(error) => println!("{}: {}", path, name(&error)),
        Ok(data) if data.is_dir() => println!("{}: directory", path),
        Ok(data) if data.file_type().is_symlink() => println!("{}: link", path),
        Ok(data) => println!("{}: file of {} bytes", path, data.len()),
    }
}

fn writing() -> io::Result<()> {
    println!("-- writing");
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open("new")?;
    report("write", file.write(b"0123456789"));
    report("seek", file.seek(SeekFrom::Current(-3)));
    report("overwrite", file.write(b"xy"));
    report("beyond", file.seek(SeekFrom::End(6)));
    report("after the hole", file.write(b"end"));
    report("place", file.stream_position());
    report("rewind", file.rewind());
    let mut bytes = Vec::new();
    report("read", file.read_to_end(&mut bytes));
    println!("{:?}", String::from_utf8_lossy(&bytes));
    report("before the start", file.seek(SeekFrom::Start(0)).and(file.seek(SeekFrom::Current(-1))));
    report("shorter", file.set_len(5));
    report("length", file.metadata().map(|data| data.len()));
    report("longer", file.set_len(12));
    report("sync", file.sync_all());
    report("sync data", file.sync_data());
    drop(file);
    report("contents", fs::read("new"));

    report("once only", OpenOptions::new().write(true).create_new(true).open("new").map(|_| ()));
    let mut tail = OpenOptions::new().append(true).open("new")?;
    report("append", tail.write(b"tail"));
    report("append", tail.seek(SeekFrom::Start(0)).and(tail.write(b"more")));
    report("read what is for writing", tail.read(&mut [0; 4]));
    let mut head = File::open("new")?;
    report("write what is for reading", head.write(b"x"));
    report("cut what is for reading", head.set_len(0));
    report("read in part", {
        let mut four = [0; 4];
        head.read_exact(&mut four).map(|()| four)
    });
    report("more than there is", head.read_exact(&mut [0; 4000]));
    report("contents", fs::read("new"));
    report("truncate", File::create("new").map(|_| ()));
    describe("new");
    Ok(())
}

fn names() -> io::Result<()> {
    println!("-- names");
    fs::write("one", "one\n")?;
    fs::write("two", "two, which is longer\n")?;
    fs::create_dir_all("folder/inner/deep")?;
    report("copy", fs::copy("two", "folder/copy"));
    report("rename over", fs::rename("one", "two"));
    report("contents", fs::read_to_string("two"));
    report("again", fs::rename("one", "two"));
    report("link", fs::hard_link("two", "hard"));
    report("link again", fs::hard_link("two", "hard"));
    report("file over a folder", fs::rename("two", "folder/inner"));
    report("folder over a file", fs::rename("folder/inner", "two"));
    report("folder over a full one", fs::create_dir("more").and(fs::rename("more", "folder")));
    report("into itself", fs::rename("folder", "folder/inner/x"));
    report("read a link", fs::read_link("two"));
    describe("hard");
    report("remove", fs::remove_file("two"));
    report("remove again", fs::remove_file("two"));
    report("the other name", fs::read_to_string("hard"));
    report("remove a folder", fs::remove_file("folder"));
    report("remove a full folder", fs::remove_dir("folder"));
    report("remove a file as a folder", fs::remove_dir("hard"));
    report("missing", File::open("missing").map(|_| ()));
    report("in a missing folder", File::create("missing/file").map(|_| ()));
    report("in a file", File::open("hard/file").map(|_| ()));
    report("write a folder", OpenOptions::new().write(true).open("folder").map(|_| ()));
    report("read a folder", fs::read("folder"));
    report("long name", File::create("n".repeat(256)).map(|_| ()));
    report("metadata", fs::metadata("missing").map(|_| ()));
    Ok(())
}

fn buffers() -> io::Result<()> {
    println!("-- buffers");
    let mut writer = BufWriter::new(File::create("lines")?);
    for number in 0..20_000u64 {
        writeln!(writer, "{} {:x}", number, number.wrapping_mul(0x9e37_79b9_7f4a_7c15))?;
    }
    writer.flush()?;
    let mut sum = 0usize;
    let mut last = String::new();
    for line in BufReader::new(File::open("lines")?).lines() {
        last = line?;
        sum += last.len();
    }
    println!("{} bytes, last {:?}", sum, last);
    let mut reader = BufReader::new(File::open("lines")?);
    reader.seek(SeekFrom::End(-30))?;
    let mut rest = String::new();
    reader.read_to_string(&mut rest)?;
    println!("{:?}", rest);
    Ok(())
}

fn main() {
    for result in [writing(), names(), buffers()] {
        if let Err(error) = result {
            println!("stopped: {}", name(&error));
            exit(9);
        }
    }
    exit(4);
}
