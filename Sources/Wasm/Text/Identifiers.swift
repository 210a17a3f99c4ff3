// Identifiers of the text format made from the names of a module.
//
// An identifier is legal, unique in its space, and short; what it does not say of the
// name, an annotation says. Specification: 6.3.5 "Identifiers", 7.4 "Name Annotations".

/// How the members of one index space are written.
struct Identifiers {
  /// By index, with the `$`; empty where there is none.
  private var texts: [String] = []
  /// The names that their identifiers do not tell exactly. Look up only.
  private var inexact: [UInt32: String] = [:]

  /// No identifiers.
  init() {}

  /// - Parameters:
  ///   - names: what members are called; entries beyond `count` are passed over.
  ///   - count: the number of members.
  init(_ names: [UInt32: String], count: Int) {
    // The order decides which of two equal names is written as it is.
    let indices = names.keys.filter { $0 < count }.sorted()
    guard let last = indices.last else { return }
    texts = Array(repeating: "", count: Int(last) + 1)
    var taken = Set<String>(minimumCapacity: indices.count)
    for index in indices {
      guard let name = names[index] else { continue }
      var identifier = Self.shortened(name)
      if identifier.isEmpty {
        inexact[index] = name
        continue
      }
      if !taken.insert(identifier).inserted {
        identifier += "#\(index)"
        while !taken.insert(identifier).inserted { identifier += "#" }
      }
      texts[Int(index)] = Self.text(identifier)
      if identifier != name { inexact[index] = name }
    }
  }

  /// The identifier of `index`, such as `$main`, if it has one.
  @inline(__always)
  subscript(index: UInt32) -> String? {
    guard index < texts.count else { return nil }
    let text = texts[Int(index)]
    return text.isEmpty ? nil : text
  }

  /// The name of `index`, where its identifier is another.
  func annotation(of index: UInt32) -> String? { inexact[index] }

  /// Whether `index` is called anything.
  func has(_ index: UInt32) -> Bool { self[index] != nil || inexact[index] != nil }

  // MARK: Their form

  /// A name of 100 KB that a million instructions refer to must not be repeated by them.
  private static let limit = 200

  private static func shortened(_ name: String) -> String {
    guard name.utf8.count > limit else { return name }
    var short = ""
    for scalar in name.unicodeScalars {
      guard short.utf8.count + UTF8.width(scalar) <= limit else { break }
      short.unicodeScalars.append(scalar)
    }
    return short + "..."
  }

  /// `name` as an identifier: as it is where its characters allow that, else quoted.
  static func text(_ name: String) -> String {
    name.utf8.allSatisfy(isIdentifierCharacter) ? "$" + name : "$" + quoted(name)
  }

  /// `idchar` of the specification: what is printable in ASCII but space, quotation mark,
  /// comma, semicolon and brackets.
  private static func isIdentifierCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      false
    default: (0x21...0x7e).contains(byte)
    }
  }
}

/// The identifiers of a module's index spaces.
struct ModuleIdentifiers {
  var functions = Identifiers()
  var types = Identifiers()
  var tables = Identifiers()
  var memories = Identifiers()
  var globals = Identifiers()
  var tags = Identifiers()
  var elements = Identifiers()
  var data = Identifiers()
  /// Of structures, by type. Look up only.
  private(set) var fields: [TypeIndex: Identifiers] = [:]

  /// No identifiers.
  init() {}

  init(_ module: Module) {
    let names = module.names
    functions = Identifiers(names.functions, count: module.functions.count)
    types = Identifiers(names.types, count: module.types.count)
    tables = Identifiers(names.tables, count: module.tables.count)
    memories = Identifiers(names.memories, count: module.memories.count)
    globals = Identifiers(names.globals, count: module.globals.count)
    tags = Identifiers(names.tags, count: module.tags.count)
    elements = Identifiers(names.elements, count: module.elements.count)
    data = Identifiers(names.data, count: module.data.count)
    for type in names.fields.keys where type < module.types.count {
      guard case .struct(let declared) = module.types[Int(type)].composite else { continue }
      fields[type] = Identifiers(names.fields[type] ?? [:], count: declared.count)
    }
  }
}
