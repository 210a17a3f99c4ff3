// What an executable is granted on the command line: folders to read only, listening
// sockets, and the functions of wasi_unstable.

import Foundation
import TestSupport
import Testing

struct GrantTests {
  /// Exits with the errno of creating the file `new` in descriptor 3.
  private let creates = Array(
    """
    (module
      (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "new")
      (func (export "_start")
        (call $exit (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 3)
          (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))))
    """.utf8)
  private let readOnlyFileSystem: Int32 = 69

  @Test(arguments: [".:ro", ".::/work:ro"])
  func `W5: nothing is created in a folder granted for reading`(grant: String) throws {
    let program = try ApusCommand.compile(creates, ["--dir", grant])
    let folder = try TemporaryFolder()
    #expect(try program.run(directory: folder.path).status == readOnlyFileSystem)
    #expect(!FileManager.default.fileExists(atPath: folder.file("new")))
    let cached = try ApusCommand.run(
      ["run", "--dir", grant, program.folder.file("module.wasm")], directory: folder.path)
    #expect(cached.status == readOnlyFileSystem, "\(cached)")
  }

  @Test func `a folder granted without :ro can be changed`() throws {
    let program = try ApusCommand.compile(creates, ["--dir", ".::/work"])
    let folder = try TemporaryFolder()
    #expect(try program.run(directory: folder.path).status == 0)
    #expect(FileManager.default.fileExists(atPath: folder.file("new")))
  }

  /// Accepts a connection on descriptor 3 and sends back what comes.
  private let echoes = Array(
    """
    (module
      (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "sock_recv"
        (func $receive (param i32 i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "sock_send"
        (func $send (param i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "sock_shutdown" (func $shutdown (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func $check (param $errno i32) (if (local.get $errno) (then (unreachable))))
      (func (export "_start") (local $fd i32)
        (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 0)))
        (local.set $fd (i32.load (i32.const 0)))
        (i32.store (i32.const 16) (i32.const 1024))
        (i32.store (i32.const 20) (i32.const 4096))
        (call $check (call $receive (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 0)
          (i32.const 20) (i32.const 24)))
        (call $check (call $send (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 0)
          (i32.const 24)))
        (call $check (call $shutdown (local.get $fd) (i32.const 3)))))
    """.utf8)

  /// Runs a program of Python's with arguments; it fails where it prints to standard error.
  private func python(_ text: String, _ arguments: [String] = []) throws -> String {
    let result = try runProcess(
      "/usr/bin/env", ["python3", "-c", text] + arguments, limit: .seconds(60))
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func `a socket listens at the address that is granted`() throws {
    let port = try python(
      "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
    let program = try ApusCommand.compile(echoes, ["--tcp-listen", "127.0.0.1:\(port)"])
    let answer = try python(
      """
      import socket, subprocess, sys, time
      server = subprocess.Popen([sys.argv[1]])
      for _ in range(500):
          try:
              client = socket.create_connection(('127.0.0.1', int(sys.argv[2])))
              break
          except ConnectionRefusedError:
              time.sleep(0.01)
      client.sendall(b'ping')
      print(client.recv(100).decode(), server.wait())
      """, [program.path, port])
    #expect(answer == "ping 0")
  }

  @Test func `a listening socket is inherited under the number that is granted`() throws {
    let program = try ApusCommand.compile(echoes, ["--listen-fd", "9"])
    let answer = try python(
      """
      import os, socket, subprocess, sys
      listener = socket.create_server(('127.0.0.1', 0))
      os.dup2(listener.fileno(), 9)
      server = subprocess.Popen([sys.argv[1]], pass_fds=[9])
      client = socket.create_connection(listener.getsockname())
      client.sendall(b'ping')
      print(client.recv(100).decode(), server.wait())
      """, [program.path])
    #expect(answer == "ping 0")
    // Tests that run at the same time may leave descriptors to this one.
    let missing = try runProcess("/bin/sh", ["-c", #"exec 9<&-; exec "$0""#, program.path])
    #expect(missing.status == 1, "\(missing)")
    #expect(missing.errors == "error: cannot listen at 9: Bad file descriptor\n")
  }

  @Test func `accepting where nothing listens is an error, confined or not`() throws {
    let text = """
      (module
        (import "wasi_snapshot_preview1" "sock_accept"
          (func $accept (param i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start")
          (call $exit (call $accept (i32.const 0) (i32.const 0) (i32.const 0)))))
      """
    let program = try ApusCommand.compile(Array(text.utf8))
    let status = try python(
      """
      import socket, subprocess, sys
      one, other = socket.socketpair()
      print(subprocess.run([sys.argv[1]], stdin=one).returncode)
      """, [program.path])
    #expect(status == "28")
  }

  @Test func `a module of wasi_unstable runs, with the whence of its time`() throws {
    let module = """
      (module
        (import "wasi_unstable" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
        (import "wasi_unstable" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\\08\\00\\00\\00\\04\\00\\00\\00unst")
        (func (export "_start")
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
          ;; 1 is the end in wasi_unstable.
          (drop (call $seek (i32.const 1) (i64.const -1) (i32.const 1) (i32.const 16)))
          (call $exit (i32.load (i32.const 16)))))
      """
    let result = try ApusCommand.compile(Array(module.utf8)).run()
    #expect(result.status == 3 && result.output == "unst", "\(result)")
  }
}
