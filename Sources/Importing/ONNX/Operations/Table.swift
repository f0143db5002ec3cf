import ONNXFormat

extension ONNXReader {
  /// What becomes of a node: what its first output stands for.
  typealias Reading = @Sendable (inout ONNXReader, ONNXNode) throws -> ONNXFlow

  /// The standard's operations that are read.
  static let operations: [String: Reading] = [
    "Conv": { try $0.conv($1) }, "Gemm": { try $0.gemm($1) }, "MatMul": { try $0.matMul($1) },
    "BatchNormalization": { try $0.batchNormalization($1) },
    "Relu": { try $0.layer(.relu, of: $1) }, "Sigmoid": { try $0.layer(.sigmoid, of: $1) },
    "HardSwish": { try $0.layer(.hardSwish, of: $1) }, "LeakyRelu": { try $0.leakyRelu($1) },
    "Clip": { try $0.clip($1) }, "Max": { try $0.maximum($1) }, "HardSigmoid": { try $0.hardSigmoid($1) },
    "Softmax": { try $0.softmax($1) }, "LogSoftmax": { try $0.logSoftmax($1) },
    "MaxPool": { try $0.maxPool($1) }, "AveragePool": { try $0.averagePool($1) },
    "GlobalAveragePool": { try $0.globalPool($1, isMean: true) },
    "GlobalMaxPool": { try $0.globalPool($1, isMean: false) },
    "ReduceMean": { try $0.reduce($1, isMean: true) }, "ReduceMax": { try $0.reduce($1, isMean: false) },
    "Flatten": { try $0.flatten($1) }, "Reshape": { try $0.reshape($1) }, "Squeeze": { try $0.squeeze($1) },
    "Unsqueeze": { try $0.unsqueeze($1) },
    "Add": { try $0.arithmetic($1, .add) }, "Sub": { try $0.arithmetic($1, .subtract) },
    "Mul": { try $0.arithmetic($1, .multiply) }, "Div": { try $0.arithmetic($1, .divide) },
    "Concat": { try $0.concat($1) }, "Identity": { try $0.flow($1) }, "Dropout": { try $0.dropout($1) },
    "Cast": { try $0.cast($1) }, "Constant": { try $0.constant($1) }, "Shape": { try $0.shape($1) },
    "Gather": { try $0.gather($1) }, "Slice": { try $0.slice($1) },
    "ConstantOfShape": { try $0.constantOfShape($1) }, "Transpose": { try $0.transpose($1) },
  ]

  /// Those of them that never become a layer.
  static let constantOperations: Set = [
    "Identity", "Cast", "Constant", "Shape", "Gather", "Slice", "ConstantOfShape", "Transpose", "Unsqueeze",
  ]
}
