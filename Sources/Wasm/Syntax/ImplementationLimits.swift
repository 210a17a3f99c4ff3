// How large the parts of a module may be.
//
// The values are those of the WebAssembly JavaScript interface ("Limits"), which
// all engines share, so that a module that runs elsewhere is not refused here.
// What goes beyond is an error of phase `limit`. Specification: 7.2
// "Implementation Limitations".

/// Limits of this implementation, each the largest value that is accepted.
public enum ImplementationLimits {
  /// Bytes of a module: 1 GiB.
  public static let moduleSize = 1 << 30
  /// Sections, custom ones included. No engine states one, but `Module.sections` lists
  /// them, and a custom section may be as small as three bytes.
  public static let sections = 100_000
  public static let types = 1_000_000
  /// Declared supertypes above a type.
  public static let subtypingDepth = 63
  /// Fields of a structure.
  public static let fields = 10_000
  public static let functions = 1_000_000
  public static let imports = 1_000_000
  public static let exports = 1_000_000
  public static let globals = 1_000_000
  public static let tables = 100_000
  public static let memories = 100
  public static let tags = 1_000_000
  public static let elementSegments = 10_000_000
  public static let dataSegments = 100_000
  /// Elements of one table or of one element segment.
  public static let tableElements = 10_000_000
  public static let parameters = 1_000
  public static let results = 1_000
  /// Locals of a function, its parameters included.
  public static let locals = 50_000
  /// Bytes of a function's body, its local declarations included.
  public static let bodySize = 7_654_321
  /// Labels of one `br_table`, without the default.
  public static let branchTableLabels = 65_520
  /// Clauses of one `try_table`. No engine states one; they are labels as well.
  public static let catchClauses = 65_520
  /// Operands of one `array.new_fixed`.
  public static let arrayOperands = 10_000
  /// Bytes of a name that is imported, exported, or names a custom section.
  public static let nameSize = 100_000
  /// Operands on the stack at one place of a function. No engine states one, but
  /// calls with many results could make a small body claim gigabytes.
  public static let operandStackHeight = 16_000_000
}
