// What `apus inspect` shows of an executable.
//
// The names of the properties are the keys of `--json`: add, do not rename.

import Driver
import Program

/// What an executable says of itself.
struct ExecutableReport: Encodable {
  struct Module: Encodable {
    /// Left out for the main module.
    var name: String?
    var sha256: String
  }

  var file: String
  var compiler: String
  /// Left out if the executable does not say.
  var codeGenerator: String?
  var target: String
  var cpu: String
  var optimization: String
  /// Other choices of code generation that are not the default.
  var flags: [String]
  var modules: [Module]
  /// Names on the host and in the guest, and `read-only` where that is so.
  var directories: [[String]]
  /// Listening sockets: addresses, and numbers of inherited descriptors.
  var sockets: [String]
  var environment: [String]
  var limits: [String: UInt64]
  var stack: UInt64
  /// Left out if the executable is not confined.
  var systemCalls: [String]?

  init(_ description: ExecutableDescription, file: String) {
    let manifest = description.manifest
    let options = manifest.options
    self.file = file
    compiler = manifest.compiler
    codeGenerator = description.codeGenerator
    target = manifest.target.rawValue
    cpu = options.cpu
    optimization = options.optimization.rawValue
    flags = [
      options.strict ? "strict" : nil, options.deterministic ? "deterministic" : nil,
      options.boundsChecks == .explicit ? "bounds-checks=explicit" : nil,
      manifest.allowUnresolved ? "allow-unresolved" : nil,
      manifest.keepSymbols ? "keep-symbols" : nil,
      manifest.invoke.map { "invoke=\($0)" },
    ].compactMap { $0 }
    modules = manifest.modules.map {
      Module(name: $0.name.isEmpty ? nil : $0.name, sha256: $0.sha256)
    }
    directories = []
    environment = []
    sockets = []
    limits = [:]
    for grant in Grant.list(options.grants) {
      switch grant {
      case .directory(let host, let guest, let isReadOnly):
        directories.append([host, guest] + (isReadOnly ? ["read-only"] : []))
      case .variable(let text): environment.append(text)
      case .listenAddress(let name), .listenDescriptor(let name): sockets.append(name)
      case .limit(let name, let value): limits[name] = value
      }
    }
    stack = options.stackSize
    systemCalls = description.systemCalls
  }

  /// For people: a line for each thing.
  var text: String {
    let generator = codeGenerator.map { " with \(printable($0))" } ?? ""
    var lines = [
      "\(printable(file)): an executable for \(target), made by \(printable(compiler))\(generator)",
      "processor: \(printable(cpu)), optimisation: \(optimization)",
    ]
    if !flags.isEmpty {
      lines.append("flags: " + flags.map { printable($0) }.joined(separator: ", "))
    }
    for module in modules {
      let name = module.name.map { " \(printable($0))" } ?? ""
      lines.append("module\(name): sha256 \(printable(module.sha256))")
    }
    for grant in directories {
      let names = grant.prefix(2).map { printable($0) }.joined(separator: " as ")
      lines.append("folder: \(names)\(grant.count > 2 ? ", read-only" : "")")
    }
    for socket in sockets { lines.append("socket: \(printable(socket))") }
    for variable in environment { lines.append("variable: \(printable(variable))") }
    for (name, value) in limits.sorted(by: { $0.key < $1.key }) {
      lines.append("limit: \(printable(name)) \(value)")
    }
    lines.append("stack: \(stack) bytes")
    let calls = systemCalls?.map { printable($0) }.joined(separator: " ")
    lines.append("system calls: \(calls ?? "not confined")")
    return lines.joined(separator: "\n") + "\n"
  }
}
