// The documentation names files that exist.

import Foundation
import TestSupport
import Testing

struct DocumentationTests {
  private static let documents = ["README.md", "CONTRIBUTING.md"] + documentsBelow("docs")

  private static func documentsBelow(_ folder: String) -> [String] {
    let path = SharedFiles.packageRoot.appendingPathComponent(folder).path
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test func `the documents are found`() { #expect(Self.documents.count > 8) }

  @Test(arguments: documents)
  func `a path or link in a document leads somewhere`(_ document: String) throws {
    let url = SharedFiles.packageRoot.appendingPathComponent(document)
    let text = try String(contentsOf: url, encoding: .utf8)
    let folders = [
      "Sources/", "Tests/", "runtime-c/", "benchmarks/", "examples/", "scripts/", "docs/",
    ]
    for match in text.matches(of: /`([A-Za-z0-9_\-+.\/]+)`/) {
      let path = String(match.output.1)
      guard folders.contains(where: path.hasPrefix) else { continue }
      let target = SharedFiles.packageRoot.appendingPathComponent(path).path
      #expect(FileManager.default.fileExists(atPath: target), "\(document) names \(path)")
    }
    for match in text.matches(of: /\]\(([^):#]+)\)/) {
      let target = url.deletingLastPathComponent().appendingPathComponent(String(match.output.1))
        .path
      #expect(FileManager.default.fileExists(atPath: target), "\(document) links \(match.output.1)")
    }
  }
}
