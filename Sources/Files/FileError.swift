import Foundation

/// A file that could not be read or written.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What cannot be done with it.
  public let problem: String
  /// Why.
  public let reason: String
  /// What to do.
  public let advice: String
  /// The system's number for why, nil where it gave none.
  package let code: Int32?

  /// `train/model.safetensors: cannot be read: No such file or directory; correct the path, or run the stage that
  /// makes it`.
  public var description: String { "\(path): \(problem): \(reason); \(advice)" }
}

extension FileError {
  /// What was tried.
  enum Action: String {
    case read, written, removed
  }

  /// The complaint of a file with which something could not be done.
  /// - Parameter reason: why, nil for the error's own words.
  init(_ path: String, cannotBe action: Action, _ error: any Error, reason: String? = nil) {
    let code = Self.code(error)
    self.init(
      path: path, problem: "cannot be \(action.rawValue)",
      reason: reason ?? code.map { String(cString: strerror($0.rawValue)) } ?? (error as NSError).localizedDescription,
      advice: Self.advice(code, isWriting: action != .read), code: code?.rawValue)
  }

  /// The system's own word for what happened, nil where Foundation keeps it.
  private static func code(_ error: any Error) -> POSIXErrorCode? {
    (error as? POSIXError ?? (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError)?.code
  }

  /// What a person can do about it.
  private static func advice(_ code: POSIXErrorCode?, isWriting: Bool) -> String {
    switch code {
    case .ENOENT where !isWriting: "correct the path, or run the stage that makes it"
    case .EACCES, .EPERM, .EROFS: isWriting ? "make the folder writable, or name another" : "make the file readable"
    case .ENOSPC, .EDQUOT, .EFBIG: "make room, or lift the limit, and run again"
    case .EWOULDBLOCK: "wait for its end, or name another path"
    case .EIO: "check the disk, and run again"
    default: "name another path"
    }
  }
}

extension POSIXError {
  /// The error that the last system call left.
  static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
