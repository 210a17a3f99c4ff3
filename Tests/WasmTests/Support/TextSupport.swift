// What tests of the text parser state.

import Testing
import Wasm

/// The module that `text` is, with all features.
func parsed(_ text: String, features: FeatureSet = .all) throws -> Module {
  try ModuleParser.parse(ModuleBytes(copying: Array(text.utf8)), features: features)
}

/// The binary that `text` stands for.
func encoded(_ text: String) throws -> [UInt8] { ModuleEncoder.encode(try parsed(text)) }

/// Expects that both texts stand for the same module, names left out.
func expectSame(
  _ first: String, _ second: String, at location: SourceLocation = #_sourceLocation
) throws {
  var modules = [try parsed(first), try parsed(second)]
  for index in modules.indices { modules[index].names = NameSection() }
  let binaries = modules.map(ModuleEncoder.encode)
  #expect(binaries[0] == binaries[1], sourceLocation: location)
  _ = try ModuleDecoder.decode(ModuleBytes(copying: binaries[0]), features: .all)
}

/// Why `text` is rejected; `nil` if it parses.
func textError(_ text: String, features: FeatureSet = .all) -> WasmError? {
  do {
    _ = try parsed(text, features: features)
    return nil
  } catch {
    return error as? WasmError
  }
}

/// Expects that `text` is rejected where `place` stands in it, with a message that begins
/// with `message`.
func expectRejected(
  _ text: String, _ message: String, at place: String, skipping: Int = 0,
  location: SourceLocation = #_sourceLocation
) {
  let error = textError(text)
  #expect(
    error?.message.hasPrefix(message) == true, "\(error?.message ?? "parsed")",
    sourceLocation: location)
  guard let error, let range = text.range(of: place) else { return }
  let offset = text.utf8.distance(from: text.startIndex, to: range.lowerBound) + skipping
  #expect(error.offset == offset, "\(error)", sourceLocation: location)
  #expect(error.isInText, sourceLocation: location)
}
