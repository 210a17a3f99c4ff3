// Hazards T4 and T5: what is in the cache may be damaged or planted.

import Driver
import Glibc
import Program
import SystemPackage
import Testing
import Wasm

@Suite struct CacheTests {
  let folder = TemporaryFolder()
  let executable = ModuleBytes(copying: (0..<5000).map { UInt8(truncatingIfNeeded: $0) })

  private func cache() throws -> Cache { try #require(Cache(folder: folder.path)) }

  /// A toolchain whose parts are empty files.
  private func toolchain() throws -> Toolchain {
    let parts = TemporaryFolder()
    for name in ["apus-codegen", "libapusrt.a", "libc.a"] {
      try parts.write([], to: name, mode: 0o755)
    }
    return Toolchain(folder: parts.path) { name in
      switch name {
      case "APUS_RUNTIME": parts.path.string
      case "APUS_CODEGEN": parts.file("apus-codegen")
      default: nil
      }
    }
  }

  private func job(_ bytes: [UInt8] = [1]) -> CompileJob {
    CompileJob(modules: [
      ModuleInput(name: "", file: MappedFile(name: "m", bytes: ModuleBytes(copying: bytes)))
    ])
  }

  private func key() throws -> CacheKey { try CacheKey(job(), toolchain: toolchain()) }

  @Test func findsWhatWasInserted() throws {
    let cache = try cache()
    let key = try key()
    #expect(cache.find(key) == nil)
    let path = try cache.insert(executable, as: key)
    #expect(cache.find(key) == path)
    #expect(try folder.read(key.name).starts(with: executable.buffer))
    #expect(folder.contents == [key.name])
  }

  @Test func ignoresDamage() throws {
    let cache = try cache()
    let key = try key()
    _ = try cache.insert(executable, as: key)
    let whole = try folder.read(key.name)
    for length in [0, 1, 47, 48, whole.count / 2, whole.count - 1] {
      try folder.write(Array(whole[..<length]), to: key.name)
      #expect(cache.find(key) == nil)
    }
    for position in [0, 2500, 5000, whole.count - 20, whole.count - 1] {
      var damaged = whole
      damaged[position] ^= 4
      try folder.write(damaged, to: key.name)
      #expect(cache.find(key) == nil)
    }
    _ = try cache.insert(executable, as: key)
    #expect(cache.find(key) != nil)
  }

  @Test func ignoresAnotherKeysEntry() throws {
    let cache = try cache()
    let (key, other) = (try key(), try CacheKey(job([2]), toolchain: toolchain()))
    _ = try cache.insert(executable, as: key)
    try #require(rename(folder.file(key.name), folder.file(other.name)) == 0)
    #expect(cache.find(other) == nil)
  }

  @Test func ignoresWhatOthersCouldHaveWritten() throws {
    let cache = try cache()
    let key = try key()
    let path = try cache.insert(executable, as: key).string
    chmod(path, 0o777)
    #expect(cache.find(key) == nil)
    chmod(path, 0o755)
    #expect(cache.find(key) != nil)
    if geteuid() == 0 {
      chown(path, 12345, 12345)
      #expect(cache.find(key) == nil)
    }
  }

  @Test func ignoresAndReplacesLinksAndFolders() throws {
    let cache = try cache()
    let key = try key()
    let path = try cache.insert(executable, as: key).string
    try #require(rename(path, folder.file("elsewhere")) == 0)
    try #require(symlink(folder.file("elsewhere"), path) == 0)
    #expect(cache.find(key) == nil)
    _ = try cache.insert(executable, as: key)
    #expect(cache.find(key) != nil)
    unlink(path)
    try #require(mkdir(path, 0o755) == 0)
    #expect(cache.find(key) == nil)
    _ = try cache.insert(executable, as: key)
    #expect(cache.find(key) != nil)
  }

  @Test func mistrustsAFolderThatOthersMayWrite() throws {
    chmod(folder.path.string, 0o777)
    #expect(Cache(folder: folder.path) == nil)
    #expect(Cache(folder: "/dev/null/apus") == nil)
  }

  @Test func removesWhatWasUsedLongestAgo() throws {
    var cache = try cache()
    cache.sizeLimit = 12_000
    let keys = try (0..<4).map { try CacheKey(job([$0]), toolchain: toolchain()) }
    for (index, key) in keys.enumerated() {
      let path = try cache.insert(executable, as: key).string
      var times = [
        timespec(tv_sec: 1000 + index, tv_nsec: 0), timespec(tv_sec: 1000 + index, tv_nsec: 0),
      ]
      utimensat(AT_FDCWD, path, &times, 0)
    }
    #expect(keys.map { cache.find($0) != nil } == [false, false, true, true])
  }

  @Test func keysTellJobsApart() throws {
    let toolchain = try toolchain()
    var jobs = [job(), job([2])]
    func add(_ change: (inout CompileJob) -> Void) {
      var changed = job()
      change(&changed)
      jobs.append(changed)
    }
    add { $0.options.optimization = .O3 }
    add { $0.options.cpu = "native" }
    add { $0.options.boundsChecks = .explicit }
    add { $0.options.strict = true }
    add { $0.options.stackSize = 1 << 16 }
    add { $0.options.grants = ["dir", "a", "b"] }
    add { $0.options.readsGrantsFromArguments = true }
    add { $0.allowUnresolved = true }
    add { $0.keepSymbols = true }
    add { $0.invoke = "f" }
    add { $0.modules.insert(ModuleInput(name: "x", file: $0.modules[0].file), at: 0) }
    add { $0.modules[0].name = "y" }
    let names = try jobs.map { try CacheKey($0, toolchain: toolchain).name }
    #expect(Set(names).count == jobs.count)
    #expect(try CacheKey(job(), toolchain: toolchain).name == names[0])
    #expect(names.allSatisfy { $0.count == 64 })
  }

  @Test func keysTellToolchainsApart() throws {
    #expect(try key() != key())
  }
}
