// The CPU code is generated for, and what an executable must find to run it.
//
// Knows the names users give and LLVM's; not what code is made for it.

internal import LLVM
internal import RuntimeABI

/// A CPU as chosen with `--target-cpu`.
struct Target {
  static let triple = "x86_64-unknown-linux-musl"

  /// The name LLVM knows it by.
  let cpu: String
  /// LLVM's `+a,-b` list on top of it.
  let features: String
  /// The `apus_cpu_feature` bits that are probed at start.
  let probes: UInt32
  /// Whether rounding to integral values is an instruction (SSE4.1).
  let roundsInHardware: Bool

  /// - Parameters:
  ///   - name: a micro-architecture level, `native`, or a CPU LLVM knows.
  init(_ name: String) {
    switch name {
    case "native":
      cpu = TargetMachine.hostCPU
      features = TargetMachine.hostFeatures
      let enabled = Set(features.split(separator: ",").map(String.init))
      probes = Self.probes { enabled.contains("+\($0)") }
      roundsInHardware = enabled.contains("+sse4.1")
    case "x86-64":
      (cpu, features, probes, roundsInHardware) = (name, "", 0, false)
    case "x86-64-v2":
      (cpu, features, probes, roundsInHardware) = (name, "", Self.level2, true)
    case "x86-64-v3":
      (cpu, features, probes, roundsInHardware) = (name, "", Self.level3, true)
    case "x86-64-v4":
      (cpu, features, roundsInHardware) = (name, "", true)
      probes = Self.level3 | APUS_CPU_AVX512.rawValue
    default:
      // What a named CPU has is LLVM's knowledge and not in its C API: nothing is probed,
      // an instruction that is missing is reported when it is met.
      (cpu, features, probes, roundsInHardware) = (name, "", 0, false)
    }
  }

  private static let level2 = APUS_CPU_SSE4_2.rawValue | APUS_CPU_POPCNT.rawValue
  private static let level3 = table.reduce(0) { $0 | $1.bit } & ~APUS_CPU_AVX512.rawValue

  /// LLVM's name of each feature that is probed.
  private static let table: [(feature: String, bit: UInt32)] = [
    ("sse4.2", APUS_CPU_SSE4_2.rawValue), ("popcnt", APUS_CPU_POPCNT.rawValue),
    ("avx", APUS_CPU_AVX.rawValue), ("avx2", APUS_CPU_AVX2.rawValue),
    ("bmi", APUS_CPU_BMI1.rawValue), ("bmi2", APUS_CPU_BMI2.rawValue),
    ("fma", APUS_CPU_FMA.rawValue), ("f16c", APUS_CPU_F16C.rawValue),
    ("lzcnt", APUS_CPU_LZCNT.rawValue), ("movbe", APUS_CPU_MOVBE.rawValue),
    ("avx512vl", APUS_CPU_AVX512.rawValue),
  ]

  private static func probes(_ isEnabled: (String) -> Bool) -> UInt32 {
    table.reduce(0) { isEnabled($1.feature) ? $0 | $1.bit : $0 }
  }
}
