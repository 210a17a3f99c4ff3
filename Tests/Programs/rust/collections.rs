// Traits, closures, ordered and hashed maps, integers of 128 bits, checked arithmetic, strings
// of Unicode, arguments, and an exit status of its own.

use std::cell::RefCell;
use std::collections::{BTreeMap, BinaryHeap, HashSet, VecDeque};
use std::fmt;
use std::rc::{Rc, Weak};

trait Animal {
    fn name(&self) -> String;
    fn legs(&self) -> u32 {
        4
    }
}

struct Swift;
struct Spider {
    species: &'static str,
}

impl Animal for Swift {
    fn name(&self) -> String {
        "swift".into()
    }
    fn legs(&self) -> u32 {
        2
    }
}

impl Animal for Spider {
    fn name(&self) -> String {
        format!("{} spider", self.species)
    }
    fn legs(&self) -> u32 {
        8
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(i64),
    Operator(char),
    Open,
    Close,
}

#[derive(Debug)]
enum ParseError {
    Unexpected(char, usize),
    Unbalanced,
    DividedByZero,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Unexpected(c, at) => write!(f, "unexpected {:?} at {}", c, at),
            ParseError::Unbalanced => f.write_str("unbalanced"),
            ParseError::DividedByZero => f.write_str("divided by zero"),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut result = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(at, c)) = chars.peek() {
        chars.next();
        match c {
            ' ' => {}
            '(' => result.push(Token::Open),
            ')' => result.push(Token::Close),
            '+' | '-' | '*' | '/' => result.push(Token::Operator(c)),
            '0'..='9' => {
                let mut value = i64::from(c.to_digit(10).unwrap());
                while let Some(digit) = chars.peek().and_then(|&(_, c)| c.to_digit(10)) {
                    value = value * 10 + i64::from(digit);
                    chars.next();
                }
                result.push(Token::Number(value));
            }
            _ => return Err(ParseError::Unexpected(c, at)),
        }
    }
    Ok(result)
}

// By the two stacks of the shunting yard.
fn evaluate(text: &str) -> Result<i64, ParseError> {
    fn rank(token: &Token) -> u8 {
        match token {
            Token::Operator('*') | Token::Operator('/') => 2,
            Token::Operator(_) => 1,
            _ => 0,
        }
    }
    fn apply(values: &mut Vec<i64>, token: Token) -> Result<(), ParseError> {
        let (b, a) = (
            values.pop().ok_or(ParseError::Unbalanced)?,
            values.pop().ok_or(ParseError::Unbalanced)?,
        );
        values.push(match token {
            Token::Operator('+') => a.wrapping_add(b),
            Token::Operator('-') => a.wrapping_sub(b),
            Token::Operator('*') => a.wrapping_mul(b),
            Token::Operator(_) => a.checked_div(b).ok_or(ParseError::DividedByZero)?,
            _ => return Err(ParseError::Unbalanced),
        });
        Ok(())
    }
    let (mut values, mut waiting) = (Vec::new(), Vec::new());
    for token in tokens(text)? {
        match token {
            Token::Number(value) => values.push(value),
            Token::Open => waiting.push(token),
            Token::Close => loop {
                match waiting.pop().ok_or(ParseError::Unbalanced)? {
                    Token::Open => break,
                    operator => apply(&mut values, operator)?,
                }
            },
            Token::Operator(_) => {
                while waiting.last().map_or(false, |top| rank(top) >= rank(&token)) {
                    apply(&mut values, waiting.pop().unwrap())?;
                }
                waiting.push(token);
            }
        }
    }
    while let Some(operator) = waiting.pop() {
        apply(&mut values, operator)?;
    }
    values.pop().ok_or(ParseError::Unbalanced)
}

struct Node {
    value: u32,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        println!("dropped {}", self.value);
    }
}

fn main() {
    let animals: Vec<Box<dyn Animal>> = vec![
        Box::new(Swift),
        Box::new(Spider { species: "jumping" }),
        Box::new(Spider { species: "water" }),
    ];
    let mut by_legs: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for animal in &animals {
        by_legs.entry(animal.legs()).or_default().push(animal.name());
    }
    println!("{:?}", by_legs);

    for text in ["1 + 2 * (3 - 4) * 50", "7 / (2 - 2)", "((1)", "9223372036854775807 * 3", "2 $ 3"] {
        match evaluate(text) {
            Ok(value) => println!("{} = {}", text, value),
            Err(error) => println!("{}: {}", text, error),
        }
    }

    let factorial = (1..=34u32).fold(1u128, |product, n| product * u128::from(n));
    println!("34! = {}, / 10^20 = {}", factorial, factorial / 10u128.pow(20));
    println!("{:?} {:?}", i32::MAX.checked_add(1), i32::MAX.overflowing_add(1));
    println!("{} {}", (-1e20f64) as i32, f32::NAN as u8);
    println!("{:?} {:e} {} {:?}", 0.1 + 0.2, 123456.789f64, f64::MAX, f32::MIN_POSITIVE);

    let text = "Größe: 雨燕 🐦";
    println!("{} bytes, {} characters, {}", text.len(), text.chars().count(), text.to_uppercase());
    println!("{}", text.chars().rev().collect::<String>());

    // Dijkstra over a grid of pseudo-random heights.
    let size = 60usize;
    let mut state = 42u32;
    let heights: Vec<u32> = (0..size * size)
        .map(|_| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            1 + (state >> 24) % 9
        })
        .collect();
    let mut best = vec![u32::MAX; size * size];
    let mut heap = BinaryHeap::from(vec![(std::cmp::Reverse(0u32), 0usize)]);
    best[0] = 0;
    while let Some((std::cmp::Reverse(cost), at)) = heap.pop() {
        if cost > best[at] {
            continue;
        }
        let (x, y) = (at % size, at / size);
        let near = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
        for (x, y) in near.iter().copied().filter(|&(x, y)| x < size && y < size) {
            let next = cost + heights[y * size + x];
            if next < best[y * size + x] {
                best[y * size + x] = next;
                heap.push((std::cmp::Reverse(next), y * size + x));
            }
        }
    }
    println!("cheapest way {}", best[size * size - 1]);

    let mut queue: VecDeque<u64> = (1..=10).collect();
    let mut seen = HashSet::new();
    while let Some(n) = queue.pop_front() {
        if n != 1 && seen.insert(n) {
            queue.push_back(if n % 2 == 0 { n / 2 } else { 3 * n + 1 });
        }
    }
    println!("numbers seen {}, sum {}", seen.len(), seen.iter().sum::<u64>());

    let root = Rc::new(Node {
        value: 1,
        parent: RefCell::new(Weak::new()),
        children: RefCell::default(),
    });
    for value in 2..4 {
        let child = Rc::new(Node {
            value,
            parent: RefCell::new(Rc::downgrade(&root)),
            children: RefCell::default(),
        });
        root.children.borrow_mut().push(child);
    }
    let child = Rc::clone(&root.children.borrow()[1]);
    println!("parent of {} is {:?}", child.value, child.parent.borrow().upgrade().map(|p| p.value));
    drop(root);
    println!("now {:?}", child.parent.borrow().upgrade().map(|p| p.value));
    drop(child);

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("arguments {:?}", arguments);
    std::process::exit(arguments.len() as i32);
}
