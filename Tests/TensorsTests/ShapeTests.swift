import Tensors
import Testing

@Suite struct ShapeTests {
  @Test func theCountIsTheProduct() {
    let shape: Shape = [16, 1, 3, 3]
    #expect(shape.count == 144 && shape.rank == 4 && shape[0] == 16 && shape[3] == 3)
    #expect("\(shape)" == "[16, 1, 3, 3]")
  }

  // Would catch an empty product of 0: scales are stored as scalars.
  @Test func anEmptyShapeIsAScalar() {
    #expect(Shape([]).count == 1 && Shape([]).rank == 0 && "\(Shape([]))" == "[]")
  }

  @Test func aZeroMakesATensorEmpty() {
    #expect(Shape([3, 0, 5]).count == 0)
  }

  @Test func orderMatters() {
    #expect(Shape([2, 3]) != Shape([3, 2]) && Shape([2, 3]) != Shape([2, 3, 1]))
  }
}
