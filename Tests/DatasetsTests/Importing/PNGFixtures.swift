import Foundation

/// PNG files of 11 x 10 pixels that Pillow 13.0.0 wrote, whose filters libraries choose row by row: those of `rgb` are 0,
/// 1, 2 and 4. `Image.save(file, "PNG")` of pixels by the formula in `value`.
enum PNGFixtures {
  static let (width, height) = (11, 10)

  /// The value of a pixel in a channel.
  static func value(_ x: Int, _ y: Int, _ c: Int) -> UInt8 {
    let high = y > 6 && x * y % 3 != 0 ? 200 : 0
    return UInt8((x * x * 7 + y * y * 13 + x * y * (5 + c) + c * 50 + y % 3 * 40 * ((x * 3 + c) % 4) + high) % 256)
  }

  /// All pixels of a channel, row by row.
  static func plane(_ c: Int) -> [UInt8] { (0..<height).flatMap { y in (0..<width).map { value($0, y, c) } } }

  /// Three channels.
  static let rgb = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKCAIAAADtkjPUAAABX0lEQVR4nAFUAav+AAAyZAc5axxOgD9xo3Ci1K/hE/wuYFeJ"
      + "u8DyJDdpm7zuIAENZ8GE5ebyk/QAAaIODxC8HR4qyyw4OdpGR0j0VVZiA2QBNLY4AcPFzxHT3d8h6+3vOfv9B0kLFRdZIyUn"
      + "cTM1P4FDAHWn2YvA9a/nH+EcVyFfnW+w8csPUzV8w633QTOAzccXZwHQKoST9/sBpQkPE7cdISXLLzM53UFHS+9VWV0DZ2tx"
      + "FXkBRcdJENXa3iPo7PE2+v8ESA0SFlsgJCluMjc8gEVKTpNYANQGOPkxaSxqqG2x9bwGUBlpuYTaMP1ZtYTmSBmB6bwqmAKp"
      + "0fnud6DL9X/gCzaFsd0Cj7wXRdO86xqZyflO3xDzJbcEw+sTqsny7Uf9MyWD19nhV+EOMV/t+wNL6xtRaPkqJXc1At2NPSob"
      + "zH8xI5xPAindkT4z6FsRB+ifVj31rRoTzKdhW2STmqeUUKciAAAAAElFTkSuQmCC")

  /// Three channels, and alpha that is 255 throughout.
  static let rgba = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKCAYAAABi8KSDAAABxklEQVR4nAXBW0hTAQAG4P9s4gjRzYYNb+WYh/Ag1TxNN8hE"
      + "Ym0mrCR0jRFWCGtJlz2EBIET50NEROylqCiMsAIxH0qi86AMEZlRoREOTraHbLGmuByy1vj7PqBlgDrHIOs8YXaEnvHa+Aqn"
      + "kkb+O3CO3lvvOZttZFvwIZWNBgrlgTlGfqwjG90GhHFU6A1Q6vdCijfD7kjguMuN7d4+XNAOQDj81k4hNo+PlctQ18xIZzbh"
      + "KBSh6ypDlckHi7gfIdmGjpFjwPWJVd6ezXHq5z4m67w09z/m1ddbjOtP03YzxsmdTsrhD1wwBSh8kiKM7hQgPN8FvXEG9WYR"
      + "8YMyHGonXN2b6PWdhTYwiFDVDQjOhS4aviTwzZLC761W/GUJ3OW7scffgMamK2hpO4Kw8wQ80TPASqmdeWuQzZde8PJ0jkrp"
      + "KVYH3zGSOMSi7w0j625Wj/yiIt2n5uXnPDaGniKeG8b3slaMTavQ3FVgci5DSdfgwWIenjUD/ogzKImljXi1mEXGVYQsjuLr"
      + "ahLeZAWs/RkUtN1I1/bgYl6COGSDRr3TDql2CcNWCx6d1KBJvYejcgr+Sh1ST/rQnptEjXEJE+f9+A9l87+CRwaYAQAAAABJ"
      + "RU5ErkJggg==")

  /// Grey, and alpha that is 255 throughout.
  static let greyAlpha = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKCAQAAADI+WwIAAAAy0lEQVR4nAXBvyuEcQDA4c/7IgaH4cKJQSm5TCJn8KtwptuO"
      + "wWZzdXH/AIbXX2BSdslguu1bbIa7otxKZzNcBt6F6ON5wF7HXfXIW3/d9d5Fg1HGhE9ggECeAluk7MO8C3b7ZtMe+510w7qp"
      + "8To73ABlKtyR5YBjnomePCdikAkaLFGkTBc1ok2HeKXDD9sMM8Ucp5Sg5bezVg3mTPwzMWcwvuaDBm3OiBkhcEGJL1hz2qxF"
      + "Rz206YN9Ppoav5DnhEtmWGGPd5YZ44p/3n1er1HkbMMAAAAASUVORK5CYII=")

  /// As `rgba`, but for one pixel, whose alpha is 254.
  static let clear = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKCAYAAABi8KSDAAAByElEQVR4nAXBW0hTAQAG4P+cyRaIujVyeKkc25IdJJyn6QaZ"
      + "RCxnwUoip+zBLgNb0cWH8CXYpAVFhIVBRUVhgSWI+VARnQdj1JAZFRrlYtoe1MWa4XLEtPX3fUCDnxrnKVZ7QmzpfcRzQzMc"
      + "S+r5d/sReq+85kTWzKbAXSrLNRRKet4wvLCI7OAqIAyhtEwLZfMWSLE6OJxx7G11Y/VwB46p/BB2vHBQiLzFB900EvNGpDO/"
      + "4FwvQNNWjE2GLpgsteiV7Wjp3wOcH57l1Ykcx5a2MlntpbH7Ps8+W2Gs7BDtFyIc/bObcug9o4Ye4qMU5nFjkP53lymIqn/X"
      + "1/z0WW/xpvorv7VHWT9ipqwb4ONtGyi4om3Ufo5jzpTCz5VGrLEI7pKNKPfVwGw9g4amnQi59sEz2AnMqB3M2wKsO/mEp8dz"
      + "VNQHWRF4xXC8noWu5wwvulnR/4OKdJvi0095LPc9RCwXxPfiRlwaT0AcUGBwTUNJV+LOZB6eeS1+W16iKJLWY2Qyi0xrAbLl"
      + "Ir7MJuFNlsLWncG6aj/SVe04kZdg6bNDTFxrhlQ1haDNhHsHRFgTN7BLTsGn0yD1oAPNuVFU6qcwfNSH/0yLye7NQ+I4AAAA"
      + "AElFTkSuQmCC")

  /// Grey of one bit: the value's last.
  static let bilevel = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKAQAAAABKi5kuAAAAEUlEQVR4nGMMfc34/yEjDhIA5UcPq9hwEmoAAAAASUVORK5C"
      + "YII=")

  /// A palette of 2 colours, entry i being 37i, 37i + 11 and 37i + 22; pixels are the value modulo 2.
  static let palette1 = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKAQMAAABYPjbAAAAABlBMVEUACxYlMDv3DttBAAAAEUlEQVR4nGMMfc34/yEjDhIA"
      + "5UcPq9hwEmoAAAAASUVORK5CYII=")

  /// Likewise of 4 colours.
  static let palette2 = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKAgMAAAAfnkwQAAAADFBMVEUACxYlMDtKVWBveoW1KNA4AAAAG0lEQVR4nGM0ZvjL"
      + "osPwl1GQ4T9LDsN/Rhx8AOkvDBv2qU6pAAAAAElFTkSuQmCC")

  /// Likewise of 16 colours.
  static let palette4 = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAKBAMAAACQ3rmwAAAAMFBMVEUACxYlMDtKVWBveoWUn6q5xM/e6fQDDhkoMz5NWGNy"
      + "fYiXoq28x9Lh7PcGERwrNkFigQMYAAAAUUlEQVR4nAFGALn/AAfPD8cHwATKYg64UvABRfyE/IT7AhawWvSOMAADQwtLA0AB"
      + "VepS6mLTAvSOONJsEADXfRu51/ABB0BIOMixAdFi6mLaVwfMHjxqxhfwAAAAAElFTkSuQmCC")

  /// Grey of 16 bits, 2 x 2 pixels.
  static let deep = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACEAAAAAAHTY67AAAAEklEQVR4nGNkfsHAwMTAwMAAAAd5AO9qfF90AAAAAElFTkSu"
      + "QmCC")

  /// A palette whose first colour is transparent.
  static let transparentPalette = decoded(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAQMAAABIeJ9nAAAABlBMVEUAAAAJCQkCqIGtAAAAAXRSTlMAQObYZgAAAAxJREFU"
      + "eJxjYGBgAAAABAAB9hc4VQAAAABJRU5ErkJggg==")

  private static func decoded(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }
}
