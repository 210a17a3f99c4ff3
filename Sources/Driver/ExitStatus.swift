// The exit statuses of every verb, in one place.
//
// They are documented by `--help` and by docs/command-line.md.

/// What the process ends with.
public enum ExitStatus: Int32, Codable, Hashable, Sendable {
  case success = 0
  /// The input is rejected, or something outside of Apus failed: a missing file, a
  /// full disk, no linker.
  case failure = 1
  /// A limit of the implementation, or a bug in it.
  case limit = 2
  /// The command line is wrong; what swift-argument-parser ends with.
  case usage = 64

  /// The table that every verb's `--help` shows.
  public static let help = """
    EXIT STATUS:
      0   done
      1   the module is rejected, or a file or tool fails
      2   a limit of the implementation, or an internal error
      64  the command line is wrong
    """
}
