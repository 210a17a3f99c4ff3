// From a text to a module: the order of passes.
//
// Names may be used before they are given, and types that are only written inline come
// behind all others. So a first pass over the fields collects names, then the types are
// read, then everything else in the order it is written in. Specification: 6.6 "Modules".

/// Parses modules in the text format.
public enum ModuleParser {
  /// Parses `(module …)`, or fields alone.
  ///
  /// Bodies, constant expressions and data are encoded as they are in binary modules; the
  /// module's `sourceMap` leads from there to the text.
  ///
  /// - Parameters:
  ///   - range: the part of the text that holds the module and nothing else.
  ///   - features: what the module may use.
  public static func parse(
    _ text: ModuleBytes, range: Range<Int>? = nil, features: FeatureSet = .standard
  ) throws(WasmError) -> Module {
    guard text.buffer.count <= ImplementationLimits.moduleSize else {
      let limit = ImplementationLimits.moduleSize
      throw .inText(.sizeLimit("text", text.buffer.count, limit, at: 0))
    }
    defer { withExtendedLifetime(text) {} }
    var parser = TextParser(text, range: range, features: features)
    try parser.collectNames()
    try parser.parseTypeDefinitions()
    try parser.parseFields()
    return parser.finish()
  }
}
