/// What generated C takes.
public struct CMemory: Sendable, Equatable {
  /// Bytes of scratch memory: values whose lifetimes do not meet share a place, and a layer that goes byte by byte writes
  /// over what nobody reads any more.
  public let scratchBytes: Int
  /// Bytes that the same values take one after the other.
  public let bytesWithoutReuse: Int
  /// Bytes that no place could do without: of the values that are there at one time, at its worst.
  public let leastBytes: Int
  /// Bytes of constants: weights, biases, multipliers and tables.
  public let constantBytes: Int
}

/// Where values lie in scratch memory.
struct ScratchPlan {
  /// Memory that one value has, or several one after the other.
  struct Room: Equatable {
    let bytes: Int
    /// The first step that writes it, -1 for what is there before all; the last that reads it.
    var life: ClosedRange<Int>
    var offset = 0
  }

  /// All rooms.
  private(set) var rooms: [Room] = []
  /// The room of each value; nil for one that stays where the caller has it.
  private(set) var roomOfValue: [Int?]

  /// - Parameter inputStays: whether the first value is the caller's pixels as they are.
  init(_ program: IntegerProgram, steps: [CStep], inputStays: Bool) {
    let last = Self.lastReads(program)
    roomOfValue = [inputStays ? nil : 0]
    if !inputStays { rooms.append(Room(bytes: program.values[0].shape.image.count, life: -1...last[0])) }
    for (index, step) in steps.enumerated() {
      let (inputs, output) = (step.step.inputs, step.step.output)
      let candidates = step.isView ? inputs.prefix(1) : step.isElementwise ? inputs[...] : []
      let room = candidates.first { step.isView || isFree(roomOfValue[$0], after: index, last) }.map { roomOfValue[$0] }
      if let room {
        roomOfValue.append(room)
        if let room { rooms[room].life = rooms[room].life.lowerBound...max(rooms[room].life.upperBound, last[output]) }
      } else {
        roomOfValue.append(rooms.count)
        rooms.append(Room(bytes: step.output.shape.image.count, life: index...last[output]))
      }
    }
    place()
  }

  /// The last step that reads each value; one past all steps for the scores.
  private static func lastReads(_ program: IntegerProgram) -> [Int] {
    var last = program.values.indices.map { $0 - 1 }
    for (index, step) in program.steps.enumerated() {
      for input in step.inputs { last[input] = max(last[input], index) }
    }
    last[last.count - 1] = program.steps.count
    return last
  }

  /// Whether nothing reads what is in a room after a step.
  private func isFree(_ room: Int?, after step: Int, _ last: [Int]) -> Bool {
    guard let room else { return false }
    return roomOfValue.indices.allSatisfy { roomOfValue[$0] != room || last[$0] <= step }
  }

  /// Bytes from the first place to the end of the last.
  var bytes: Int { rooms.map { $0.offset + $0.bytes }.max() ?? 0 }

  /// Bytes that are there at one time, at most.
  var leastBytes: Int {
    let times = rooms.flatMap { [$0.life.lowerBound, $0.life.upperBound] }
    return times.map { time in rooms.filter { $0.life.contains(time) }.reduce(0) { $0 + $1.bytes } }.max() ?? 0
  }

  /// Tries several orders, each room as low as it meets no other of its time, and keeps the best.
  private mutating func place() {
    let orders: [(Room) -> (Int, Int)] = [
      { (-$0.bytes, $0.life.lowerBound) }, { (-$0.bytes * $0.life.count, $0.life.lowerBound) },
      { (-$0.life.count, -$0.bytes) }, { ($0.life.lowerBound, -$0.bytes) }, { (-$0.life.upperBound, -$0.bytes) },
    ]
    var best: ScratchPlan?
    for order in orders {
      var plan = self
      plan.place(
        rooms.indices.sorted {
          let (left, right) = (order(rooms[$0]), order(rooms[$1]))
          return (left.0, left.1, $0) < (right.0, right.1, $1)
        })
      if plan.bytes < best?.bytes ?? .max { best = plan }
    }
    if let best { self = best }
  }

  private mutating func place(_ order: [Int]) {
    var placed: [Room] = []
    for index in order {
      var offset = 0
      for other in placed where other.life.overlaps(rooms[index].life) {
        if other.offset >= offset + rooms[index].bytes { break }
        offset = max(offset, other.offset + other.bytes)
      }
      rooms[index].offset = offset
      placed.append(rooms[index])
      placed.sort { $0.offset < $1.offset }
    }
  }
}
