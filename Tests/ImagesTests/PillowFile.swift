/// A PNG file that Pillow 13.0.0 wrote, and the pixels that it says are in it, 5x4 of them.
struct PillowFile: Sendable, CustomStringConvertible {
  let description: String
  let channels: Int
  let base64: String
  let pixels: [UInt8]

  static let all = [
    PillowFile(
      description: "grey", channels: 1,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAAAAABjWKqcAAAAIElEQVR4nGNkkJCSEWYsE5eUFmJ8LiYhJcMYJyouKQ0AJTED"
        + "QrSsgH0AAAAASUVORK5CYII=",
      pixels: [
        0, 24, 50, 78, 97, 118, 141, 166, 193, 211, 231, 253, 21, 47, 75, 94, 115, 138, 163, 190,
      ]),
    PillowFile(
      description: "grey of one bit", channels: 1,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEAQAAAABuSMjtAAAAEElEQVR4nGPgYPjBdILhBwAIcALDnsMmcwAAAABJRU5ErkJg"
        + "gg==",
      pixels: [
        0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255,
      ]),
    PillowFile(
      description: "grey and alpha", channels: 2,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAQAAADsOj3LAAAALUlEQVR4nGNk2CfxVOq5zEvh14xl3uJPJJ9JvxB6xfj8stg7"
        + "iDhjXKLoW4g4AKtoE/1Ld4gbAAAAAElFTkSuQmCC",
      pixels: [
        0, 190, 24, 163, 50, 138, 78, 115, 97, 94, 118, 75, 141, 47, 166, 21, 193, 253, 211, 231, 231, 211, 253, 193,
        21, 166, 47, 141, 75, 118, 94, 97, 115, 78, 138, 50, 163, 24, 190, 0,
      ]),
    PillowFile(
      description: "colour", channels: 3,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAS0lEQVR4nAFAAL//AAAYMk5hdo2mwdPn/RUvSwBec4qjvtDk"
        + "+hIsSFtwh6AAu83h9w8pRVhthJ24yt70AAwmQlVqgZq1x9vxCSM/UrLSHfZxew1nAAAAAElFTkSuQmCC",
      pixels: [
        0, 24, 50, 78, 97, 118, 141, 166, 193, 211, 231, 253, 21, 47, 75, 94, 115, 138, 163, 190, 208, 228, 250, 18,
        44, 72, 91, 112, 135, 160, 187, 205, 225, 247, 15, 41, 69, 88, 109, 132, 157, 184, 202, 222, 244, 12, 38, 66,
        85, 106, 129, 154, 181, 199, 219, 241, 9, 35, 63, 82,
      ]),
    PillowFile(
      description: "colour and alpha", channels: 4,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAYAAABGM/VAAAAANklEQVR4nGNgkDDySyzrXXbw8vO/ovreccVdi/cxXThz4sjp"
        + "S+dOHTt7Bc5kQmLDmUwoSqBMAImaOTMLaq3wAAAAAElFTkSuQmCC",
      pixels: [
        0, 24, 50, 78, 97, 118, 141, 166, 193, 211, 231, 253, 21, 47, 75, 94, 115, 138, 163, 190, 208, 228, 250, 18,
        44, 72, 91, 112, 135, 160, 187, 205, 225, 247, 15, 41, 69, 88, 109, 132, 157, 184, 202, 222, 244, 12, 38, 66,
        85, 106, 129, 154, 181, 199, 219, 241, 9, 35, 63, 82, 103, 126, 151, 178, 196, 216, 238, 6, 32, 60, 79, 100,
        123, 148, 175, 193, 213, 235, 3, 29,
      ]),
    PillowFile(
      description: "palette of four bits", channels: 3,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEBAMAAAC0HehzAAAAD1BMVEUKFB4oMjxGUFrIZAD////rtuofAAAAEUlEQVR4nGNk"
        + "VJJlYmBggGEAA7QASPpP+PUAAAAASUVORK5CYII=",
      pixels: [
        10, 20, 30, 40, 50, 60, 70, 80, 90, 200, 100, 0, 255, 255, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90, 200, 100,
        0, 255, 255, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90, 200, 100, 0, 255, 255, 255, 10, 20, 30, 40, 50, 60, 70,
        80, 90, 200, 100, 0, 255, 255, 255,
      ]),
    PillowFile(
      description: "palette with alphas", channels: 4,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEBAMAAAC0HehzAAAAD1BMVEUKFB4oMjxGUFrIZAD////rtuofAAAAA3RSTlMAgP/s"
        + "97MYAAAAEUlEQVR4nGNkVJJlYmBggGEAA7QASPpP+PUAAAAASUVORK5CYII=",
      pixels: [
        10, 20, 30, 0, 40, 50, 60, 128, 70, 80, 90, 255, 200, 100, 0, 255, 255, 255, 255, 255, 10, 20, 30, 0, 40, 50,
        60, 128, 70, 80, 90, 255, 200, 100, 0, 255, 255, 255, 255, 255, 10, 20, 30, 0, 40, 50, 60, 128, 70, 80, 90,
        255, 200, 100, 0, 255, 255, 255, 255, 255, 10, 20, 30, 0, 40, 50, 60, 128, 70, 80, 90, 255, 200, 100, 0, 255,
        255, 255, 255, 255,
      ]),
    PillowFile(
      description: "grey of 16 bits, each rounded to 8 by Python", channels: 1,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEEAAAAAAzyHbfAAAAMUlEQVR4nGNkYODdy7eXby/vXkaXjRAG314W1418e3n38m3k"
        + "28twTvj2hZe9371Y2QFLfhC1pzM3+wAAAABJRU5ErkJggg==",
      pixels: [
        0, 14, 27, 41, 55, 68, 82, 96, 109, 123, 137, 151, 164, 178, 192, 205, 219, 233, 246, 5,
      ]),
    PillowFile(
      description: "colour, one transparent", channels: 4,
      base64: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAABnRSTlMA5AD6ABL4GOHAAAAAS0lEQVR4nAFAAL//AAAYMk5h"
        + "do2mwdPn/RUvSwBec4qjvtDk+hIsSFtwh6AAu83h9w8pRVhthJ24yt70AAwmQlVqgZq1x9vxCSM/UrLSHfZxew1nAAAAAElF"
        + "TkSuQmCC",
      pixels: [
        0, 24, 50, 255, 78, 97, 118, 255, 141, 166, 193, 255, 211, 231, 253, 255, 21, 47, 75, 255, 94, 115, 138, 255,
        163, 190, 208, 255, 228, 250, 18, 0, 44, 72, 91, 255, 112, 135, 160, 255, 187, 205, 225, 255, 247, 15, 41,
        255, 69, 88, 109, 255, 132, 157, 184, 255, 202, 222, 244, 255, 12, 38, 66, 255, 85, 106, 129, 255, 154, 181,
        199, 255, 219, 241, 9, 255, 35, 63, 82, 255,
      ]),
  ]
}
