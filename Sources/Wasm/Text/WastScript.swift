// Scripts of the official test suite, as read: commands with their places, and modules
// left where they stand.
//
// Knows nothing of what commands do. The grammar is that of the reference interpreter
// ("Scripts"), with the commands of the threads proposal.

/// A script.
public struct WastScript: Sendable {
  /// What every range below refers to.
  public let text: ModuleBytes
  /// Its top-level forms, in order: each is a command, or stands for one that cannot be read.
  public var forms: [WastForm]

  public init(text: ModuleBytes, forms: [WastForm]) {
    self.text = text
    self.forms = forms
  }
}

/// A parenthesised form of a script.
public struct WastForm: Sendable {
  /// The line it begins in, from 1.
  public var line: Int
  public var command: WastCommand

  public init(line: Int, command: WastCommand) {
    self.line = line
    self.command = command
  }
}

/// What a form says.
public indirect enum WastCommand: Sendable {
  /// Instantiates a module.
  case module(WastModule)
  /// Keeps a module, to be instantiated by name.
  case definition(WastModule)
  /// Instantiates a definition: the one named, or the last.
  case instance(name: String?, definition: String?)
  /// A field of the one module that the whole script is. The first such form stands for
  /// the module, and has its range.
  case field(module: WastModule?)
  /// Makes the exports of an instance, the last or the one named, importable as `name`.
  case register(name: String, instance: String?)
  case action(WastAction)
  case assertReturn(WastAction, [WastPattern])
  case assertTrap(WastAction, message: String)
  /// Instantiating the module traps.
  case assertModuleTrap(WastModule, message: String)
  case assertExhaustion(WastAction, message: String)
  case assertException(WastAction)
  /// The module is rejected; a custom section or annotation may be the reason.
  case assertRejected(WastModule, WastRejection, message: String)
  case assertUnlinkable(WastModule, message: String)
  /// Carries out commands in a thread, which sees the instances named.
  case thread(name: String, shared: [String], forms: [WastForm])
  /// Waits for a thread's end.
  case wait(thread: String)
  /// The form is not one of the above.
  case unreadable(WasmError)
}

/// Which assertion says that a module is rejected.
public enum WastRejection: Hashable, Sendable {
  case malformed, invalid
  /// By what is custom: an implementation may be more lenient.
  case malformedCustom, invalidCustom
}

/// A module of a script.
public struct WastModule: Sendable {
  public enum Source: Sendable {
    /// `(module …)` in the script's text, or module fields alone.
    case text(Range<Int>)
    /// Strings that together are a module in binary form.
    case binary([UInt8])
    /// Strings that together are a module in text form.
    case quote([UInt8])
  }
  /// Its name, without the `$`.
  public var name: String?
  public var source: Source

  public init(name: String?, source: Source) {
    self.name = name
    self.source = source
  }
}

/// The use of an export.
public enum WastAction: Sendable {
  case invoke(instance: String?, name: String, arguments: [WastValue])
  case get(instance: String?, name: String)
}

/// A value as argument.
public enum WastValue: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  /// By its bits.
  case f32(UInt32)
  case f64(UInt64)
  /// As memory holds it, little-endian.
  case v128(low: UInt64, high: UInt64)
  case null(HeapType)
  /// A reference made by the host, as externref.
  case extern(UInt64)
  /// A reference made by the host, as anyref.
  case host(UInt64)
}

/// What a result must be.
public enum WastPattern: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(WastLane)
  case f64(WastLane)
  /// Lanes of the same width in bits.
  case v128(laneWidth: Int, [WastLane])
  /// The null reference, of any type or of the hierarchy that `type` is in.
  case null(HeapType?)
  /// Any reference but null to something of this kind; i31, for one.
  case reference(HeapType)
  case extern(UInt64)
  /// Made by the host; any such without a number.
  case host(UInt64?)
  /// One of them.
  case either([WastPattern])
}

/// What a float or a lane of a vector must be.
public enum WastLane: Hashable, Sendable {
  case bits(UInt64)
  /// A NaN with no more than the quiet bit of its payload set.
  case canonicalNaN
  /// A NaN with at least the quiet bit set.
  case arithmeticNaN
}
