import Emulating
import Testing

@Suite struct MachineTests {
  @Test func anUnknownMachineIsRefusedWithTheNames() {
    #expect(throws: EmulationError.unknownMachine("pdp-11")) { try Machine(named: "pdp-11") }
    #expect(
      EmulationError.unknownMachine("pdp-11").description
        == "--machine: expected one of host, cortex-m3, cortex-m4, cortex-m7, cortex-m55, riscv64, found 'pdp-11'")
  }

  // The names of libgcc's and of Arm's run-time ABI; whole-number division and shifts are none of them.
  @Test(arguments: [
    "__aeabi_fadd", "__aeabi_dmul", "__aeabi_cfcmple", "__aeabi_i2f", "__aeabi_ui2d", "__aeabi_l2f", "__aeabi_ul2d",
    "__aeabi_f2iz", "__aeabi_d2f", "__addsf3", "__muldf3", "__fixsfsi", "__floatsidf", "__ltsf2", "__extendsfdf2",
  ])
  func floatFunctionsAreKnown(_ symbol: String) { #expect(FloatFunction.isOne(symbol)) }

  @Test(arguments: [
    "__aeabi_ldivmod", "__aeabi_uldivmod", "__aeabi_lmul", "__aeabi_idiv", "__aeabi_uidivmod", "__aeabi_llsl", "memset",
    "__divdi3", "__clzsi2", "model_predict",
  ])
  func wholeNumberFunctionsAreNot(_ symbol: String) { #expect(!FloatFunction.isOne(symbol)) }
}
