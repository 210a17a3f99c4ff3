//! Folders through std::fs: make, list, walk and remove.

use std::fs;
use std::io;
use std::path::Path;

fn report<T: std::fmt::Debug>(what: &str, result: io::Result<T>) {
    match result {
        Ok(value) => println!("{}: {:?}", what, value),
        Err(error) => println!("{}: fails, missing {}", what, error.kind() == io::ErrorKind::NotFound),
    }
}

fn sorted(path: &Path) -> io::Result<Vec<(String, fs::FileType, u64)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let data = entry.metadata()?;
        assert_eq!(data.is_dir(), entry.file_type()?.is_dir());
        let size = if data.is_file() { data.len() } else { 0 };
        entries.push((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?, size));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

fn walk(path: &Path, depth: usize) -> io::Result<usize> {
    let mut count = 0;
    for (name, kind, size) in sorted(path)? {
        println!("{:width$}{} dir {} file {} link {} of {}", "", name, kind.is_dir(),
            kind.is_file(), kind.is_symlink(), size, width = depth * 2);
        count += 1;
        if kind.is_dir() {
            count += walk(&path.join(name), depth + 1)?;
        }
    }
    Ok(count)
}

fn main() -> io::Result<()> {
    report("make", fs::create_dir("tree"));
    report("again", fs::create_dir("tree"));
    report("without its parent", fs::create_dir("tree/a/b"));
    report("with its parents", fs::create_dir_all("tree/a/b/c/d"));
    report("once more", fs::create_dir_all("tree/a/b/c/d"));
    for (index, folder) in ["tree", "tree/a", "tree/a/b", "tree/a/b/c/d"].iter().enumerate() {
        for number in 0..=index {
            fs::write(format!("{}/größe {}", folder, number), vec![b'x'; 1000 * number])?;
        }
    }
    report("walk", walk(Path::new("tree"), 0));
    report("list a file", fs::read_dir("tree/größe 0").map(|_| ()));
    report("list nothing", fs::read_dir("none").map(|_| ()));
    report("full", fs::remove_dir("tree/a/b"));
    report("rename", fs::rename("tree/a/b/c", "tree/moved"));
    report("dots", fs::metadata("tree/a/../moved/./d").map(|data| data.is_dir()));
    report("walk", walk(Path::new("tree"), 0));
    report("remove all", fs::remove_dir_all("tree/a"));
    report("remove all of nothing", fs::remove_dir_all("tree/a"));
    report("exists", Ok(Path::new("tree/moved/d").exists()));

    fs::create_dir("many")?;
    for number in 0..2000 {
        fs::write(format!("many/{:05}", number * 37 % 2000), number.to_string())?;
    }
    let entries = sorted(Path::new("many"))?;
    println!("{} entries, {} bytes", entries.len(), entries.iter().map(|e| e.2).sum::<u64>());
    println!("in order {}", entries.iter().enumerate().all(|(i, e)| e.0 == format!("{:05}", i)));
    report("remove all", fs::remove_dir_all("many"));
    report("walk", walk(Path::new("."), 0));
    Ok(())
}
