/// The older views of version 5: as they were, and beside each column what it means.
enum Migration5Columns {
  /// Every older view dropped and made anew.
  static let statements = columns.flatMap { ["DROP VIEW \($0.view)", commented($0.view, $0.columns)] }

  /// A view's definition as an older version has it, with a list of its columns.
  private static func commented(_ view: String, _ columns: String) -> String {
    let head = "CREATE VIEW \(view) AS\n"
    let older = [Migration1.statements, Migration2.statements, Migration3.statements, Migration4.statements]
    guard let text = older.joined().first(where: { $0.hasPrefix(head) }) else {
      preconditionFailure("no older version has a view \(view)")
    }
    return "CREATE VIEW \(view) (\n\(columns)\n) AS\n\(text.dropFirst(head.count))"
  }

  private static let columns: [(view: String, columns: String)] = [
    (
      "history",
      """
        id, pipeline, stage, scheme, dataset, status,
        started,  -- TEXT: UTC, to the second, 2026-01-31 23:59:59
        seconds,  -- REAL: wall-clock time from start to finish; NULL while running, and for ever when lost
        result    -- TEXT: accuracies, the last epoch's figure or the size of what it wrote; for a failed run, why
      """
    ),
    (
      "accuracy",
      """
        run,      -- INTEGER: the evaluation
        pipeline, scheme, dataset,
        float32,  -- REAL: the share of test images that the float network classifies rightly, 0 to 1
        int8,     -- REAL: likewise the int8 network
        started_at
      """
    ),
    (
      "accuracy_drop",
      """
        run,              -- INTEGER: the evaluation
        pipeline, scheme, dataset,
        float32_percent,  -- REAL: the float network's accuracy
        int8_percent,     -- REAL: int8's
        drop_points,      -- REAL: percentage points, above zero when int8 is worse
        started_at
      """
    ),
    (
      "file_size",
      """
        run,            -- INTEGER: the evaluation
        pipeline, scheme,
        float32_bytes,  -- INTEGER: the float checkpoint
        int8_bytes,     -- INTEGER: the int8 checkpoint
        ratio           -- REAL: above 1, int8 is smaller
      """
    ),
    (
      "speed",
      """
        run,                        -- INTEGER: the evaluation
        pipeline, scheme,
        float32_images_per_second,  -- REAL: a median of several passes
        int8_images_per_second,     -- REAL: likewise
        ratio,                      -- REAL: above 1, int8 is faster
        batch,                      -- INTEGER: images that were inferred at once
        threads, instruction_set, cpu
      """
    ),
    (
      "scale",
      """
        pipeline, scheme, tensor, channel, scale, zero_point, quant_min, quant_max, dtype,
        quantization,  -- TEXT: 'per_tensor_affine', 'per_channel_symmetric', ...
        observer, observed_min, observed_max,
        run,           -- INTEGER: the conversion
        path,          -- TEXT: the file that the scale went into
        sha256         -- TEXT: that file's digest
      """
    ),
    (
      "scheme",
      """
        pipeline, scheme, type, profile,
        weights,              -- TEXT: type, granularity and symmetry, the integers in use: 's8 per_channel_symmetric -127...127'
        weight_observer,
        activations,          -- TEXT: likewise; NULL for weight_only
        activation_observer, reduce_range, skipped,
        int8_percent,         -- REAL: int8's accuracy; NULL, as all figures, where it was not evaluated since
        drop_points,          -- REAL: percentage points, above zero when int8 is worse
        int8_bytes,           -- INTEGER: the int8 checkpoint
        times_smaller,        -- REAL: above 1, int8 is smaller
        images_per_second,    -- REAL: int8's speed
        times_faster,         -- REAL: above 1, int8 is faster
        run,                  -- INTEGER: the conversion
        evaluation            -- INTEGER: the run that evaluated it
      """
    ),
    (
      "benchmarks",
      """
        pipeline, scheme, kind, name, shape, instruction_set, threads, batch, images,
        milliseconds,        -- REAL: of one pass, the median
        spread_percent,      -- REAL: how much longer the slowest pass took than the fastest
        rate, unit, percent_of_ceiling, memory_bytes, cpu, git_commit,
        run,                 -- INTEGER: the run that timed it
        started_at
      """
    ),
    (
      "layer_error",
      """
        pipeline, scheme,
        layer,       -- TEXT: the layer, or 'quant', the network's input
        sqnr_db,     -- REAL: signal over quantization noise, decibels, higher is better; Inf when nothing was lost
        mean_error,  -- REAL: the mean of int8's value less float32's
        max_error,   -- REAL: the largest distance of the two
        run,         -- INTEGER: the evaluation
        started_at
      """
    ),
  ]
}
