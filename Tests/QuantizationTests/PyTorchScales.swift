import Quantization

/// Scales and zero points of torch 2.13.0 on a CPU: `MinMaxObserver(dtype:, qscheme:, quant_min:, quant_max:)`, with the
/// quant limits left out where they are the type's own, then `_calculate_qparams(low, high)`.
enum PyTorchScales {
  struct Row {
    let symmetry: Symmetry
    let range: IntegerRange
    /// One for each of `ranges`.
    let scales: [Float]
    let zeroPoints: [Int32]

    init(_ symmetry: Symmetry, _ range: IntegerRange, scales: [Float], zeroPoints: [Int32]) {
      (self.symmetry, self.range, self.scales, self.zeroPoints) = (symmetry, range, scales, zeroPoints)
    }
  }

  /// One-signed, all zero, tiny, huge and ordinary.
  static let ranges: [(low: Float, high: Float)] = [
    (0.0, 1.0),
    (-1.0, 1.0),
    (-0.4242129623889923, 2.821486711502075),
    (-3.25, -0.125),
    (0.5, 6.0),
    (-2.0, 0.0),
    (0.0, 0.0),
    (-9.999999717180685e-10, 9.999999717180685e-10),
    (0.0, 9.999999974752427e-07),
    (-1.0000000150474662e30, 3.0000000451423987e29),
    (-1.0, 255.0),
    (-0.10000000149011612, 0.30000001192092896),
  ]

  static let rows = [
    Row(
      .affine, IntegerRange(0, 127),
      scales: [
        0x1.020408p-7, 0x1.020408p-6, 0x1.a2b888p-6, 0x1.a3468ep-6, 0x1.83060cp-5, 0x1.020408p-6,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.0899ap93, 0x1.020408p1, 0x1.9cd34p-9,
      ],
      zeroPoints: [0, 64, 17, 127, 0, 127, 0, 0, 0, 98, 0, 32]),
    Row(
      .affine, IntegerRange(0, 255),
      scales: [
        0x1.010102p-8, 0x1.010102p-7, 0x1.a1142ap-7, 0x1.a1a1a2p-7, 0x1.818182p-6, 0x1.010102p-7,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.078ffcp92, 0x1.010102p0, 0x1.9b34cep-10,
      ],
      zeroPoints: [0, 127, 33, 255, 0, 255, 0, 0, 0, 196, 1, 64]),
    Row(
      .affine, IntegerRange(-128, 127),
      scales: [
        0x1.010102p-8, 0x1.010102p-7, 0x1.a1142ap-7, 0x1.a1a1a2p-7, 0x1.818182p-6, 0x1.010102p-7,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.078ffcp92, 0x1.010102p0, 0x1.9b34cep-10,
      ],
      zeroPoints: [-128, -1, -95, 127, -128, 127, -128, -128, -128, 68, -127, -64]),
    Row(
      .symmetric, IntegerRange(-128, 127),
      scales: [
        0x1.010102p-7, 0x1.010102p-7, 0x1.6a910cp-6, 0x1.a1a1a2p-6, 0x1.818182p-5, 0x1.010102p-6,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.957b1p92, 0x1p1, 0x1.34679cp-9,
      ],
      zeroPoints: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    Row(
      .symmetric, IntegerRange(-127, 127),
      scales: [
        0x1.020408p-7, 0x1.020408p-7, 0x1.6bfe76p-6, 0x1.a3468ep-6, 0x1.83060cp-5, 0x1.020408p-6,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.9713bcp92, 0x1.010204p1, 0x1.359e7p-9,
      ],
      zeroPoints: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    Row(
      .symmetric, IntegerRange(0, 255),
      scales: [
        0x1.010102p-7, 0x1.010102p-7, 0x1.6a910cp-6, 0x1.a1a1a2p-6, 0x1.818182p-5, 0x1.010102p-6,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.957b1p92, 0x1p1, 0x1.34679cp-9,
      ],
      zeroPoints: [128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128]),
    Row(
      .symmetric, IntegerRange(0, 127),
      scales: [
        0x1.020408p-6, 0x1.020408p-6, 0x1.6bfe76p-5, 0x1.a3468ep-5, 0x1.83060cp-4, 0x1.020408p-5,
        0x1p-23, 0x1p-23, 0x1p-23, 0x1.9713bcp93, 0x1.010204p2, 0x1.359e7p-8,
      ],
      zeroPoints: [63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63]),
  ]
}
