import Benchmarks
import Kernels
import Testing

@Suite struct PeakMemoryTests {
  @Test func aLineOfTheStatusFile() {
    let status = "Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t 12 kB\n"
    #expect(PeakMemory.bytes(of: "VmHWM", inStatus: status) == 1_263_616)
    #expect(PeakMemory.bytes(of: "VmRSS", inStatus: status) == 12_288)
    #expect(PeakMemory.bytes(of: "VmSwap", inStatus: status) == nil)
    #expect(PeakMemory.bytes(of: "VmRSS", inStatus: "VmRSS:\n") == nil)
  }

  // Would catch a mark that is not reset, or a size in the wrong unit. Other tests run meanwhile: half is enough.
  @Test(.enabled(if: PeakMemory.during {}.bytes != nil, "the kernel does not say how much memory a process held"))
  func aBufferIsSeen() throws {
    let megabytes = 256
    let (buffer, bytes) = PeakMemory.during { AlignedBuffer<UInt8>(count: megabytes << 20) }
    #expect(try #require(bytes) > Int64(megabytes << 19))
    #expect(try #require(bytes) < Int64(megabytes << 22))
    #expect(buffer.count == megabytes << 20)
  }
}
