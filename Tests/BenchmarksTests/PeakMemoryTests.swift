import Benchmarks
import Testing

/// A process as the kernel counts it.
private final class Process {
  var held: Int64
  var highest: Int64
  init(held: Int64, highest: Int64) { (self.held, self.highest) = (held, highest) }

  func take(_ bytes: Int64) {
    held += bytes
    highest = max(highest, held)
  }

  func memory(resets: Bool = true, without missing: String = "") -> PeakMemory {
    PeakMemory(
      resetMark: {
        if resets { self.highest = self.held }
        return resets
      },
      bytes: { field in
        field == missing ? nil : field == "VmRSS" ? self.held : field == "VmHWM" ? self.highest : nil
      })
  }
}

@Suite struct PeakMemoryTests {
  // Would catch a mark that is not reset, what was held before counted in, and what is held at the end in place of the
  // most: the process held 900 once, and the work gives back half of what it took.
  @Test func theHeightOfTheWorkIsMeasured() {
    let process = Process(held: 100, highest: 900)
    let (result, bytes) = process.memory().during {
      process.take(250)
      process.take(-125)
      return "done"
    }
    #expect(result == "done" && bytes == 250)
  }

  @Test func workThatOnlyFreesTakesNothing() {
    let process = Process(held: 100, highest: 100)
    #expect(process.memory().during { process.take(-50) }.bytes == 0)
  }

  // Would catch a figure made of a mark that was never reset.
  @Test func whatTheKernelDoesNotSayIsNoFigure() {
    let process = Process(held: 100, highest: 900)
    #expect(process.memory(resets: false).during {}.bytes == nil)
    #expect(process.memory(without: "VmRSS").during {}.bytes == nil)
    #expect(process.memory(without: "VmHWM").during {}.bytes == nil)
  }
}
