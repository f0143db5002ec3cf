/// Version 3 of the schema: what was timed. Frozen since it landed; a change is a new migration.
enum Migration3 {
  /// Every statement of version 3, in order.
  static let statements = [benchmark, benchmarks]

  private static let benchmark = """
    CREATE TABLE benchmark (
      -- A piece of work that a run verified against the scalar reference, and then timed. The machine's ceilings and the
      -- exponents of growth are figures of the same run in `metric`: 'ceiling_...', '..._exponent_over_...'.
      run INTEGER NOT NULL REFERENCES run (id),
      kind TEXT NOT NULL CHECK (kind IN ('kernel', 'end_to_end', 'growth')),
      name TEXT NOT NULL CHECK (name <> ''),              -- 'gemm_f32 conv2', 'int8', 'float32 over batch'
      shape TEXT NOT NULL CHECK (shape <> ''),            -- '784 x 32 x 144', '1x28x28', '64 channels'
      instruction_set TEXT NOT NULL CHECK (instruction_set <> ''),
      threads INTEGER NOT NULL CHECK (threads >= 1),
      batch INTEGER NOT NULL CHECK (batch >= 1),          -- images in a call
      images INTEGER NOT NULL CHECK (images >= 1),       -- images in a pass
      passes INTEGER NOT NULL CHECK (passes >= 1),
      seconds REAL NOT NULL CHECK (seconds > 0.0),        -- of one pass: the median
      seconds_min REAL NOT NULL CHECK (seconds_min > 0.0),
      seconds_max REAL NOT NULL,
      rate REAL NOT NULL CHECK (rate > 0.0),              -- by the median
      unit TEXT NOT NULL CHECK (unit IN ('GOP/s', 'GB/s', 'images/s')),
      percent_of_ceiling REAL CHECK (percent_of_ceiling > 0.0),  -- NULL where no ceiling was measured
      memory_bytes INTEGER CHECK (memory_bytes >= 0),     -- at its height, beyond the inputs; NULL: not measured
      PRIMARY KEY (run, kind, name, shape, threads, batch, images),
      CHECK (seconds_min <= seconds AND seconds <= seconds_max)
    ) STRICT, WITHOUT ROWID
    """

  private static let benchmarks = """
    CREATE VIEW benchmarks AS
      -- The newest figure of everything that was ever timed, by name; figures of another processor stand beside it.
      SELECT
        pipeline, scheme, kind, name, shape, benchmark.instruction_set AS instruction_set, benchmark.threads AS threads,
        batch, images, round(1000.0 * seconds, 4) AS milliseconds,
        round(100.0 * (seconds_max / seconds_min - 1.0), 1) AS spread_percent,
        round(rate, 2) AS rate, unit, round(percent_of_ceiling, 1) AS percent_of_ceiling, memory_bytes,
        cpu, git_commit, run.id AS run, started_at
      FROM (
        SELECT
          max(run.id) AS newest, cpu AS of_cpu, pipeline AS of_pipeline, scheme AS of_scheme, kind AS of_kind,
          name AS of_name, shape AS of_shape, benchmark.instruction_set AS of_set, benchmark.threads AS of_threads,
          batch AS of_batch, images AS of_images
        FROM benchmark JOIN run ON run.id = run WHERE status = 'succeeded'
        GROUP BY
          cpu, pipeline, scheme, kind, name, shape, benchmark.instruction_set, benchmark.threads, batch, images
      )
      JOIN run ON run.id = newest
      JOIN benchmark
        ON benchmark.run = newest AND kind = of_kind AND name = of_name AND shape = of_shape
        AND benchmark.instruction_set = of_set AND benchmark.threads = of_threads AND batch = of_batch
        AND images = of_images
      ORDER BY pipeline, scheme, kind, name, shape, batch, benchmark.threads, images, run.id DESC
    """
}
