// Modules of scripts: read and validated, and judged where a script says that one is
// rejected.
//
// Knows nothing of instances. Messages are compared as the suite means them: what is
// reported begins with what is expected.

internal import Wasm

/// Reads the modules of one script.
struct ScriptModules {
  let text: ModuleBytes
  let features: FeatureSet

  /// The module, read and valid.
  func load(_ module: WastModule) throws(WasmError) -> Module {
    let parsed: Module
    switch module.source {
    case .binary(let bytes):
      return try ModuleValidator.validate(ModuleBytes(copying: bytes), features: features)
    case .text(let range): parsed = try ModuleParser.parse(text, range: range, features: features)
    case .quote(let bytes):
      parsed = try ModuleParser.parse(ModuleBytes(copying: bytes), features: features)
    }
    return try ModuleValidator.validate(parsed)
  }

  /// Whether the module is rejected as the script says.
  func judge(
    _ module: WastModule, _ rejection: WastRejection, message: String
  ) -> ScriptOutcome {
    let expected = "\(rejection.name): \(message)"
    do {
      _ = try load(module)
      return .failed(expected: expected, actual: "the module is valid")
    } catch {
      // What a feature allows that is off is rejected by the rule of the time before it.
      let isMeant = rejection.allows(error.phase) || error.phase == .unsupported
      if isMeant, error.message.hasPrefix(message) { return .passed }
      return error.scriptOutcome(expected: expected)
    }
  }
}

extension WasmError {
  /// The outcome of a command that this error ends: it is skipped where a feature is off.
  func scriptOutcome(expected: String) -> ScriptOutcome {
    guard phase == .unsupported else {
      return .failed(expected: expected, actual: "\(phase.rawValue): \(message)")
    }
    let words = message.split(separator: " ")
    guard let index = words.firstIndex(of: "feature"), index + 1 < words.count else {
      return .skipped(reason: message)
    }
    return .skipped(reason: "the feature \(words[index + 1].filter { $0 != "," })")
  }
}

extension WastRejection {
  /// What the error is called.
  var name: String {
    switch self {
    case .malformed, .malformedCustom: "malformed"
    case .invalid, .invalidCustom: "invalid"
    }
  }

  /// Whether an error of this phase is what is meant.
  func allows(_ phase: WasmError.Phase) -> Bool {
    switch self {
    case .malformed, .malformedCustom: phase == .malformed
    case .invalid, .invalidCustom: phase == .invalid
    }
  }
}
