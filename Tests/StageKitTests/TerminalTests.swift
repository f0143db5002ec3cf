import StageKit
import Testing

@Suite("What a terminal is given")
struct TerminalTests {
  private func terminal(_ environment: [String: String], isInteractive: Bool = true) -> Terminal {
    Terminal(
      isInteractive: isInteractive, environment: ["TERM": "xterm"].merging(environment) { $1 })
  }

  @Test("a bar and colour, on a terminal")
  func capable() {
    let terminal = terminal([:])
    #expect(terminal.hasBar && terminal.hasColor)
    #expect(terminal.colored("a", .error) == "\u{1B}[31ma\u{1B}[0m")
    #expect(terminal.colored("a", .warning) == "\u{1B}[33ma\u{1B}[0m")
    #expect(terminal.colored("a", .ordinary) == "a")
  }

  @Test("neither in a pipe, nor on a terminal that is dumb or unknown", arguments: ["xterm", "dumb", ""])
  func incapable(_ kind: String) {
    let terminal = terminal(["TERM": kind], isInteractive: kind != "xterm")
    #expect(!terminal.hasBar && !terminal.hasColor)
    #expect(terminal.colored("a", .error) == "a")
  }

  @Test("NO_COLOR counts when it is set and not empty, whatever it says, and takes no bar away")
  func noColor() {
    #expect(terminal(["NO_COLOR": ""]).hasColor)
    for value in ["1", "0", "false"] {
      #expect(!terminal(["NO_COLOR": value]).hasColor && terminal(["NO_COLOR": value]).hasBar)
    }
  }

  @Test("stages that make runs at once draw no bar; those of an ordinary make do")
  func parallel() {
    for flags in [" -j4 --jobserver-auth=3,4", "kj --jobserver-fds=3,4 -j", " -j8 --jobserver-auth=fifo:/tmp/f"] {
      let terminal = terminal(["MAKEFLAGS": flags])
      #expect(!terminal.hasBar && terminal.hasColor)
    }
    for flags in ["", "r", "rR --no-builtin-rules -- MNIST_DIR=/x-j4"] {
      #expect(terminal(["MAKEFLAGS": flags]).hasBar)
    }
  }
}
