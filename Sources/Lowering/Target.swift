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
  /// Whether bytes can be picked by a vector of indices (SSSE3).
  let hasSSSE3: Bool
  /// Whether a product and a sum can be one operation (FMA3).
  let hasFMA: Bool
  /// Whether vectors of 128 bits have masks and unsigned conversions (AVX-512 VL).
  let hasAVX512: Bool

  /// - Parameters:
  ///   - name: a micro-architecture level, `native`, or a CPU that LLVM knows.
  /// - Throws: `LLVMFailure` for any other name.
  init(_ name: String) throws(LLVMFailure) {
    if name == "native" {
      cpu = TargetMachine.hostCPU
      features = TargetMachine.hostFeatures
      let enabled = Set(features.split(separator: ",").map(String.init))
      probes = Self.featureProbes.reduce(0) {
        enabled.contains("+\($1.feature)") ? $0 | $1.bit : $0
      }
      roundsInHardware = enabled.contains("+sse4.1")
      hasSSSE3 = enabled.contains("+ssse3")
      hasFMA = enabled.contains("+fma")
      hasAVX512 = enabled.contains("+avx512vl")
    } else if let level = Self.level(of: name) {
      cpu = name
      features = ""
      probes = Self.levelProbes(level)
      roundsInHardware = level >= 2
      hasSSSE3 = level >= 2
      hasFMA = level >= 3
      hasAVX512 = level >= 4
    } else {
      throw LLVMFailure(
        "unknown CPU '\(name)': x86-64, x86-64-v2, x86-64-v3, x86-64-v4, native, or a name "
          + "such as skylake or znver4")
    }
  }

  // MARK: Names

  /// The highest micro-architecture level that a CPU has all of. LLVM's C API does not
  /// list its CPUs, and one it does not know ends the process.
  private static func level(of name: String) -> Int? {
    levels.firstIndex { $0.contains(name) }.map { $0 + 1 }
  }

  private static let levels: [Set<String>] = [
    [
      "x86-64", "amdfam10", "athlon64", "athlon64-sse3", "atom", "barcelona", "bonnell", "btver1",
      "core2", "k8", "k8-sse3", "nocona", "opteron", "opteron-sse3", "penryn",
    ],
    [
      "x86-64-v2", "bdver1", "bdver2", "bdver3", "btver2", "corei7", "corei7-avx", "core-avx-i",
      "goldmont", "goldmont-plus", "ivybridge", "nehalem", "sandybridge", "silvermont", "slm",
      "tremont", "westmere",
    ],
    [
      "x86-64-v3", "alderlake", "arrowlake", "arrowlake-s", "bdver4", "broadwell",
      "clearwaterforest", "core-avx2", "gracemont", "grandridge", "haswell", "lunarlake",
      "meteorlake", "pantherlake", "raptorlake", "sierraforest", "skylake", "znver1", "znver2",
      "znver3",
    ],
    [
      "x86-64-v4", "cannonlake", "cascadelake", "cooperlake", "emeraldrapids", "graniterapids",
      "graniterapids-d", "icelake-client", "icelake-server", "rocketlake", "sapphirerapids",
      "skx", "skylake-avx512", "tigerlake", "znver4", "znver5",
    ],
  ]

  // MARK: Probes

  /// LLVM's name of each feature that is probed.
  private static let featureProbes: [(feature: String, bit: UInt32)] = [
    ("sse4.2", APUS_CPU_SSE4_2.rawValue), ("popcnt", APUS_CPU_POPCNT.rawValue),
    ("avx", APUS_CPU_AVX.rawValue), ("avx2", APUS_CPU_AVX2.rawValue),
    ("bmi", APUS_CPU_BMI1.rawValue), ("bmi2", APUS_CPU_BMI2.rawValue),
    ("fma", APUS_CPU_FMA.rawValue), ("f16c", APUS_CPU_F16C.rawValue),
    ("lzcnt", APUS_CPU_LZCNT.rawValue), ("movbe", APUS_CPU_MOVBE.rawValue),
    ("avx512vl", APUS_CPU_AVX512.rawValue),
  ]

  private static func levelProbes(_ level: Int) -> UInt32 {
    switch level {
    case 1: 0
    case 2: APUS_CPU_SSE4_2.rawValue | APUS_CPU_POPCNT.rawValue
    case 3: featureProbes.reduce(0) { $0 | $1.bit } & ~APUS_CPU_AVX512.rawValue
    default: featureProbes.reduce(0) { $0 | $1.bit }
    }
  }
}
