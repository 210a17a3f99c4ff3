// The module `spectest` that scripts import from, as the reference interpreter has it.
//
// Each item is a module by itself, made only where it is imported: a script's own first
// memory is then the first of its program, as in a user's.

internal import Wasm

/// The host module of scripts.
enum SpectestModule {
  /// The name that modules import it by.
  static let name = "spectest"

  /// A module that exports the item `name` alone, as text.
  static func text(of name: String, threads: Bool) -> String? {
    let field: String
    switch name {
    case "global_i32": field = "global (export \"global_i32\") i32 (i32.const 666)"
    case "global_i64": field = "global (export \"global_i64\") i64 (i64.const 666)"
    case "global_f32": field = "global (export \"global_f32\") f32 (f32.const 666.6)"
    case "global_f64": field = "global (export \"global_f64\") f64 (f64.const 666.6)"
    case "table": field = "table (export \"table\") 10 20 funcref"
    case "table64": field = "table (export \"table64\") i64 10 20 funcref"
    case "memory": field = "memory (export \"memory\") 1 2"
    case "shared_memory" where threads: field = "memory (export \"shared_memory\") 1 2 shared"
    case "print": field = "func (export \"print\")"
    case "print_i32": field = "func (export \"print_i32\") (param i32)"
    case "print_i64": field = "func (export \"print_i64\") (param i64)"
    case "print_f32": field = "func (export \"print_f32\") (param f32)"
    case "print_f64": field = "func (export \"print_f64\") (param f64)"
    case "print_i32_f32": field = "func (export \"print_i32_f32\") (param i32 f32)"
    case "print_f64_f64": field = "func (export \"print_f64_f64\") (param f64 f64)"
    default: return nil
    }
    return "(module (\(field)))"
  }

  /// The item as a module of its own.
  ///
  /// - Parameters:
  ///   - features: of the script; those that the item needs are added.
  static func item(_ name: String, features: FeatureSet) -> Module? {
    guard let text = text(of: name, threads: features.contains(.threads)) else { return nil }
    return try? ModuleParser.parse(
      ModuleBytes(copying: text.utf8), features: features.union([.wasm2, FeatureSet(.memory64)]))
  }
}
