//! Integers of odd widths, 128-bit arithmetic, saturation and overflow, floats of all sizes,
//! tagged unions, errors, generics at compile time and a hash map of integers.

const std = @import("std");

const Value = union(enum) {
    nothing,
    integer: i64,
    text: []const u8,
    pair: struct { f32, f32 },

    fn size(value: Value) f64 {
        return switch (value) {
            .nothing => 0,
            .integer => |n| @floatFromInt(n),
            .text => |t| @floatFromInt(t.len),
            .pair => |p| @floatCast(p[0] * p[1]),
        };
    }
};

const Packed = packed struct(u32) { low: u3, middle: i11, flag: bool, high: u17 };

fn Matrix(comptime T: type, comptime n: usize) type {
    return struct {
        cells: [n][n]T,

        const Self = @This();

        fn multiply(a: Self, b: Self) Self {
            var result: Self = undefined;
            for (0..n) |i| for (0..n) |j| {
                var sum: T = 0;
                for (0..n) |k| sum +%= a.cells[i][k] *% b.cells[k][j];
                result.cells[i][j] = sum;
            };
            return result;
        }
    };
}

fn fibonacci(n: u32) u64 {
    const Square = Matrix(u64, 2);
    var result: Square = .{ .cells = .{ .{ 1, 0 }, .{ 0, 1 } } };
    var base: Square = .{ .cells = .{ .{ 1, 1 }, .{ 1, 0 } } };
    var rest = n;
    while (rest > 0) : (rest >>= 1) {
        if (rest & 1 == 1) result = result.multiply(base);
        base = base.multiply(base);
    }
    return result.cells[0][1];
}

fn parse(text: []const u8) error{ Empty, NotANumber, Overflow }!u16 {
    if (text.len == 0) return error.Empty;
    return std.fmt.parseInt(u16, text, 10) catch |err| switch (err) {
        error.Overflow => error.Overflow,
        error.InvalidCharacter => error.NotANumber,
    };
}

const primes = blk: {
    @setEvalBranchQuota(20000);
    var sieve: [256]bool = @splat(true);
    var count: usize = 0;
    for (2..256) |n| {
        if (!sieve[n]) continue;
        count += 1;
        var multiple = n * n;
        while (multiple < 256) : (multiple += n) sieve[multiple] = false;
    }
    break :blk count;
};

pub fn main(init: std.process.Init) !void {
    const allocator = init.gpa;
    var buffer: [512]u8 = undefined;
    var output = std.Io.File.stdout().writerStreaming(init.io, &buffer);
    const out = &output.interface;
    // Nothing is known about the input while compiling, so nothing is computed then.
    var read_buffer: [64]u8 = undefined;
    var input = std.Io.File.stdin().readerStreaming(init.io, &read_buffer);
    const seed: u64 = try input.interface.takeByte();

    var wide: u128 = seed;
    for (0..40) |_| wide = wide *% 0x2545f4914f6cdd1d_9e3779b97f4a7c15 +% 0x1234567;
    try out.print("wide {x} / 10^9 = {d}, rest {d}\n", .{ wide, wide / 1_000_000_000, wide % 997 });
    const signed: i128 = @bitCast(wide);
    try out.print("signed {d}, {d}, {d}\n", .{
        @divTrunc(signed, -12345), @divFloor(signed, 12345), @mod(signed, 1000),
    });

    const small: u7 = @truncate(seed);
    const odd: i5 = @bitCast(@as(u5, @truncate(seed)));
    try out.print("u7 {d} +| {d} -| {d} *% {d}, i5 {d}\n", .{
        small, small +| 100, small -| 100, small *% 3, odd,
    });
    const product, const overflowed = @mulWithOverflow(@as(u32, @truncate(seed)), 0x8000_0001);
    try out.print("overflow {x} {d}\n", .{ product, overflowed });
    try out.print("bits {d} {d} {d} {x} {x}\n", .{
        @clz(seed), @ctz(seed), @popCount(seed), @byteSwap(seed), @bitReverse(seed),
    });
    const fields: Packed = @bitCast(@as(u32, @truncate(wide)));
    try out.print("packed {d} {d} {} {d}\n", .{ fields.low, fields.middle, fields.flag, fields.high });

    const x: f64 = @floatFromInt(seed);
    const half: f16 = @floatCast(x / 9);
    const quad: f128 = @as(f128, x) / 9;
    try out.print("floats {d:.3} {d:.6} {d:.12} {d:.12}\n", .{
        @as(f32, half), @as(f32, @floatCast(x / 9)), x / 9, @as(f64, @floatCast(quad * 1e10)),
    });
    try out.print("functions {d:.9} {d:.9} {d:.9} {d:.9}\n", .{
        @sin(x), @exp(x / 100), std.math.pow(f64, x, 0.3), @mulAdd(f64, x, 1.0 / 3.0, -0.5),
    });

    const values = [_]Value{ .nothing, .{ .integer = -5 }, .{ .text = "swift" }, .{ .pair = .{ 1.5, 2.25 } } };
    for (values) |value| try out.print("{s} {d:.3}; ", .{ @tagName(value), value.size() });
    try out.print("\n", .{});
    for ([_][]const u8{ "65535", "65536", "6x", "" }) |text| {
        if (parse(text)) |n| {
            try out.print("{d} ", .{n});
        } else |err| {
            try out.print("{s} ", .{@errorName(err)});
        }
    }
    try out.print("\nfibonacci {d}, primes {d}\n", .{ fibonacci(90), primes });

    // The longest chain of Collatz below 30,000, with what is known kept in a map.
    var known: std.AutoHashMap(u64, u32) = .init(allocator);
    defer known.deinit();
    try known.put(1, 1);
    var best: struct { start: u64 = 1, length: u32 = 1 } = .{};
    var chain: std.ArrayList(u64) = .empty;
    defer chain.deinit(allocator);
    for (1..30_000) |start| {
        var n: u64 = start;
        chain.clearRetainingCapacity();
        while (!known.contains(n)) : (n = if (n % 2 == 0) n / 2 else 3 * n + 1) {
            try chain.append(allocator, n);
        }
        var length = known.get(n).?;
        while (chain.pop()) |link| {
            length += 1;
            try known.put(link, length);
        }
        if (length > best.length) best = .{ .start = start, .length = length };
    }
    try out.print("collatz {d} of length {d}, {d} known\n", .{ best.start, best.length, known.count() });
    try out.flush();
}
