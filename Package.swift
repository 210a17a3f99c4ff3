// swift-tools-version: 6.1

import Foundation
import PackageDescription

/// What `llvm-config` prints for `argument`, or nil when it cannot be run.
func llvmConfig(_ argument: String) -> String? {
  let environment = ProcessInfo.processInfo.environment
  let candidates = [environment["LLVM_CONFIG"], "llvm-config-19", "llvm-config"].compactMap { $0 }
  for candidate in candidates {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [candidate, argument]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { continue }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { continue }
    let text = String(decoding: data, as: UTF8.self)
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
  return nil
}

// LLVM 19 or newer. Without it the manifest still loads, so that the library
// `Wasm` can be used; building `apus` then stops at the `#error` in
// Sources/CLLVM/shim.h, which says what to install.
let llvmMajor = llvmConfig("--version").flatMap { Int($0.prefix { $0 != "." }) } ?? 0
let usesLLVM: [SwiftSetting]
let linksLLVM: [LinkerSetting]
if llvmMajor >= 19, let include = llvmConfig("--includedir"), let library = llvmConfig("--libdir") {
  usesLLVM = [.unsafeFlags(["-Xcc", "-I\(include)"])]
  linksLLVM = [.unsafeFlags(["-L\(library)"]), .linkedLibrary("LLVM-\(llvmMajor)")]
} else {
  usesLLVM = [.unsafeFlags(["-Xcc", "-DAPUS_NO_LLVM"])]
  linksLLVM = []
}

let package = Package(
  name: "apus",
  products: [
    .library(name: "Wasm", targets: ["Wasm"]),
    .executable(name: "apus", targets: ["apus"]),
    .executable(name: "apus-codegen", targets: ["apus-codegen"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // The frontend: no LLVM, no Foundation, no I/O.
    .target(name: "Wasm"),
    // The contract with the C runtime.
    .systemLibrary(name: "RuntimeABI", path: "runtime-c/include"),
    .target(name: "Program", dependencies: ["Wasm", "RuntimeABI"]),
    // LLVM, known to the lowering only.
    .systemLibrary(name: "CLLVM"),
    .target(
      name: "LLVM", dependencies: ["CLLVM"], swiftSettings: usesLLVM, linkerSettings: linksLLVM),
    .target(
      name: "Lowering", dependencies: ["Program", "LLVM", "RuntimeABI"], swiftSettings: usesLLVM),
    // Files, cache, linker; then the command line. Both without LLVM, which takes
    // longer to load than a cached program takes to start.
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Driver",
      dependencies: [
        "CLinux", "Program",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    // What `apus bench` does: runs engines, measures, compares. Knows nothing of WebAssembly.
    .target(
      name: "Benchmarking",
      dependencies: ["CLinux", .product(name: "TOMLKit", package: "TOMLKit")]),
    .target(
      name: "Commands",
      dependencies: [
        "Benchmarking", "CLinux", "Driver",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "apus", dependencies: ["Commands"], plugins: ["RuntimeBuilder"]),
    .plugin(name: "RuntimeBuilder", capability: .buildTool()),
    // The process that `apus` runs for code generation.
    .executableTarget(
      name: "apus-codegen", dependencies: ["Driver", "Lowering"], swiftSettings: usesLLVM),
    // What the tests of several targets use.
    .target(name: "TestSupport", dependencies: ["Wasm"], path: "Tests/TestSupport"),
    .testTarget(name: "WasmTests", dependencies: ["Wasm", "TestSupport"]),
    .testTarget(
      name: "ProgramTests", dependencies: ["Program", "RuntimeABI", "TestSupport", "Wasm"]),
    .testTarget(name: "LoweringTests", dependencies: ["TestSupport", "Wasm"]),
    .testTarget(name: "EndToEndTests", dependencies: ["TestSupport"]),
    .testTarget(
      name: "DriverTests",
      dependencies: ["Driver", .product(name: "SystemPackage", package: "swift-system")]),
    .testTarget(name: "BenchmarkingTests", dependencies: ["Benchmarking"]),
    .testTarget(name: "CommandTests", dependencies: ["TestSupport", "Wasm"]),
  ],
  swiftLanguageModes: [.v6]
)
