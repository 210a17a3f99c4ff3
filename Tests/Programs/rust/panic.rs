// A panic: what was printed before stays, the message goes to standard error, and the program
// ends in a trap, since there is no unwinding.

fn element(values: &[i32], index: usize) -> i32 {
    values[index]
}

fn main() {
    let values: Vec<i32> = (0..3).map(|n| n * n).collect();
    println!("element 2 is {}", element(&values, 2));
    println!("element 3 is {}", element(&values, std::env::args().count() + 2));
}
