// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "apus",
  products: [
    .library(name: "Wasm", targets: ["Wasm"])
  ],
  targets: [
    .target(name: "Wasm"),
    .testTarget(name: "WasmTests", dependencies: ["Wasm"]),
  ],
  swiftLanguageModes: [.v6]
)
