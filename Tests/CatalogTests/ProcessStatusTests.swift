import Catalog
import Testing

@Suite struct ProcessStatusTests {
  @Test func aLineOfTheStatusFile() {
    let status = "Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t 12 kB\n"
    #expect(ProcessStatus.bytes(of: "VmHWM", in: status) == 1_263_616)
    #expect(ProcessStatus.bytes(of: "VmRSS", in: status) == 12_288)
    #expect(ProcessStatus.bytes(of: "VmSwap", in: status) == nil)
    #expect(ProcessStatus.bytes(of: "VmRSS", in: "VmRSS:\n") == nil)
    #expect(ProcessStatus.bytes(of: "VmRSS", in: "") == nil)
  }
}
