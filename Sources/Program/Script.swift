// What a script program carries out: calls of its instances' exports, one after another.
//
// Knows nothing of where the commands come from, nor of what they should give.

public import Wasm

/// The commands of a script program and what they call.
public struct Script: Hashable, Sendable {
  /// By their place; commands name them by it.
  public var targets: [ScriptTarget] = []
  /// The commands of each thread. The first is the script's own.
  public var streams: [ScriptStream] = []

  public init() {}
}

/// Something a command can call.
public enum ScriptTarget: Hashable, Sendable {
  /// Instantiates an instance, if what it imports is as large as it asks for by then.
  /// One result: 1 if it was, otherwise 0 and nothing was done.
  case instantiate(instance: Int, sizes: [SizeRequirement])
  case function(instance: Int, index: FuncIndex)
  /// Reads a global.
  case global(instance: Int, index: GlobalIndex)
}

/// What an imported memory or table must have grown to, in pages or elements.
public struct SizeRequirement: Hashable, Sendable {
  public enum Item: Hashable, Sendable {
    case memory(MemIndex)
    case table(TableIndex)
  }
  public var item: Item
  public var minimum: UInt64

  public init(_ item: Item, minimum: UInt64) {
    self.item = item
    self.minimum = minimum
  }
}

/// The commands of one thread, in order.
public struct ScriptStream: Hashable, Sendable {
  public var commands: [ScriptCommand] = []
  /// The number of the first of them; the others follow it. No two streams share one.
  public var first = 0

  public init() {}
}

/// A command.
public enum ScriptCommand: Hashable, Sendable {
  case call(target: Int, arguments: [ScriptValue], results: Int)
  /// Starts a thread that carries out the commands of another stream.
  case start(stream: Int)
  /// Waits for its end.
  case wait(stream: Int)
}

/// A value on its way into or out of the program: 16 bytes, as memory holds it. A
/// reference is the word that stands for it, the null reference 0.
public struct ScriptValue: Hashable, Sendable {
  public var low: UInt64
  public var high: UInt64

  public init(low: UInt64, high: UInt64 = 0) {
    self.low = low
    self.high = high
  }

  /// Little-endian.
  public var bytes: [UInt8] {
    withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { Array($0) }
  }

  /// The value of 16 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    func word(_ bytes: some Collection<UInt8>) -> UInt64 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(low: word(bytes.prefix(8)), high: word(bytes.dropFirst(8)))
  }
}
