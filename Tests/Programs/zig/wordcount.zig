//! Counts the words of standard input. Each language has this program, and all print the same:
//! see ../README.md for what.

const std = @import("std");

const Entry = struct {
    word: []const u8,
    count: u32,

    fn before(_: void, a: Entry, b: Entry) bool {
        if (a.count != b.count) return a.count > b.count;
        return std.mem.order(u8, a.word, b.word) == .lt;
    }
};

pub fn main(init: std.process.Init) !void {
    const allocator = init.arena.allocator();
    var read_buffer: [4096]u8 = undefined;
    var input = std.Io.File.stdin().readerStreaming(init.io, &read_buffer);
    const text = try input.interface.allocRemaining(allocator, .unlimited);
    const hash = std.hash.Fnv1a_64.hash(text);

    var counts: std.StringHashMap(u32) = .init(allocator);
    var words: u32 = 0;
    var lines: u32 = 0;
    var longest: usize = 0;
    var sum: f64 = 0;
    var squares: f64 = 0;
    var start: usize = 0;
    for (0..text.len + 1) |i| {
        if (i < text.len) {
            if (text[i] == '\n') lines += 1;
            text[i] = std.ascii.toLower(text[i]);
            if (std.ascii.isAlphabetic(text[i])) continue;
        }
        if (i > start) {
            const word = text[start..i];
            const entry = try counts.getOrPutValue(word, 0);
            entry.value_ptr.* += 1;
            words += 1;
            longest = @max(longest, word.len);
            const length: f64 = @floatFromInt(word.len);
            sum += length;
            squares += length * length;
        }
        start = i + 1;
    }

    var sorted: std.ArrayList(Entry) = .empty;
    var each = counts.iterator();
    while (each.next()) |entry| {
        try sorted.append(allocator, .{ .word = entry.key_ptr.*, .count = entry.value_ptr.* });
    }
    std.mem.sort(Entry, sorted.items, {}, Entry.before);

    const total: f64 = @floatFromInt(@max(words, 1));
    const mean = sum / total;
    var entropy: f64 = 0;
    for (sorted.items) |entry| {
        const share = @as(f64, @floatFromInt(entry.count)) / total;
        entropy -= share * std.math.log2(share);
    }

    var write_buffer: [4096]u8 = undefined;
    var output = std.Io.File.stdout().writerStreaming(init.io, &write_buffer);
    const out = &output.interface;
    try out.print("bytes {d} lines {d} words {d} distinct {d}\n", .{
        text.len, lines, words, sorted.items.len,
    });
    try out.print("fnv1a {x:0>16}\n", .{hash});
    try out.print("length mean {d:.4} deviation {d:.4} longest {d}\n", .{
        mean, @sqrt(squares / total - mean * mean), longest,
    });
    try out.print("entropy {d:.6}\n", .{entropy});
    for (sorted.items) |entry| {
        const count: f64 = @floatFromInt(entry.count);
        try out.print("{d:>6} {d:>7.3}% {s}\n", .{ entry.count, 100 * count / total, entry.word });
    }
    try out.flush();
}
