import Foundation
import Synchronization

/// A thread that keeps a core busy, as another process would.
final class BusyCore: Sendable {
  private let isOver = Atomic(false)

  init() {
    Thread.detachNewThread { [self] in
      while !isOver.load(ordering: .relaxed) {}
    }
  }

  /// Lets the core go.
  func stop() { isOver.store(true, ordering: .relaxed) }
}
