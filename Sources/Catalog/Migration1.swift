/// Version 1 of the schema: the tables. Frozen since it landed; a change is a new migration.
///
/// The comments stand inside the statements on purpose: SQLite keeps a statement's text, so `.schema` in
/// the sqlite3 shell shows them to the reader.
enum Migration1 {
  /// Every statement of version 1, in order.
  static let statements = tables + views

  private static let tables = [
    run, artifact, runArtifact, runArtifactIndex, quantizationParameter, metric, epoch, confusion,
  ]

  private static let run = """
    CREATE TABLE run (
      -- One row for every start of a stage. It is written before the work begins and closed when it ends,
      -- so a run that started is here whatever happened next.
      id INTEGER PRIMARY KEY,
      stage TEXT NOT NULL CHECK (stage <> ''),  -- 'train', 'fuse', 'calibrate', 'convert', 'evaluate', ...
      pipeline TEXT CHECK (pipeline <> ''),     -- NULL for a stage that serves every pipeline
      scheme TEXT CHECK (scheme <> ''),         -- NULL before the schemes part: train, fuse
      status TEXT NOT NULL
        -- 'lost': its process is gone and never closed the row; found when the next run begins.
        CHECK (status IN ('running', 'succeeded', 'failed', 'lost')),
      started_at TEXT NOT NULL                  -- UTC, 2026-01-31T23:59:59.123Z
        CHECK (started_at GLOB '????-??-??T??:??:??.???Z' AND julianday(started_at) IS NOT NULL),
      finished_at TEXT                          -- UTC; NULL while running, and for ever when lost
        CHECK (finished_at IS NULL
          OR (finished_at GLOB '????-??-??T??:??:??.???Z' AND julianday(finished_at) IS NOT NULL)),
      duration_s REAL GENERATED ALWAYS AS (     -- wall-clock seconds from start to finish
        round((julianday(finished_at) - julianday(started_at)) * 86400.0, 3)) VIRTUAL,
      error TEXT CHECK (error <> ''),           -- the line a failed run ended with; why a run is lost
      seed INTEGER,                             -- NULL when nothing was random
      dataset TEXT CHECK (dataset <> ''),       -- 'mnist', 'synthetic-digits'; NULL when no data were read
      command TEXT NOT NULL,                    -- the arguments as typed, quoted for a shell
      octavo_version TEXT NOT NULL,
      git_commit TEXT,                          -- NULL when built outside a checkout
      host TEXT NOT NULL,
      cpu TEXT NOT NULL,                        -- the processor's model name
      instruction_set TEXT NOT NULL,            -- of the kernels that ran: 'scalar', 'avx2', ...
      threads INTEGER NOT NULL CHECK (threads >= 1),
      -- Host, boot, pid and start time together name one process: a recycled pid has another start time.
      pid INTEGER NOT NULL CHECK (pid >= 1),
      process_start INTEGER NOT NULL CHECK (process_start >= 0),  -- kernel clock ticks since boot
      boot_id TEXT NOT NULL,
      peak_memory_bytes INTEGER CHECK (peak_memory_bytes >= 0),   -- NULL until the run is closed
      CHECK (scheme IS NULL OR pipeline IS NOT NULL),
      CHECK ((status IN ('succeeded', 'failed')) = (finished_at IS NOT NULL)),
      CHECK ((status IN ('failed', 'lost')) = (error IS NOT NULL))
    ) STRICT
    """

  private static let artifact = """
    CREATE TABLE artifact (
      -- A file that a run read or wrote: these bytes under this path. New bytes under an old path are a
      -- new artifact; equal bytes under two paths are two artifacts with one sha256.
      id INTEGER PRIMARY KEY,
      sha256 TEXT NOT NULL                      -- 64 lower-case hexadecimal digits
        CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      path TEXT NOT NULL CHECK (path <> ''),    -- as given on the command line
      kind TEXT NOT NULL CHECK (kind <> ''),    -- 'dataset', 'config', 'checkpoint', 'report', ...
      UNIQUE (sha256, path)
    ) STRICT
    """

  private static let runArtifact = """
    CREATE TABLE run_artifact (
      -- Which run read or wrote which artifact.
      run INTEGER NOT NULL REFERENCES run (id),
      artifact INTEGER NOT NULL REFERENCES artifact (id),
      role TEXT NOT NULL CHECK (role IN ('input', 'output', 'config')),
      PRIMARY KEY (run, role, artifact)
    ) STRICT, WITHOUT ROWID
    """

  private static let runArtifactIndex = """
    CREATE INDEX run_artifact_by_artifact ON run_artifact (artifact, role)
    """

  private static let quantizationParameter = """
    CREATE TABLE quantization_parameter (
      -- real = scale * (quantized - zero_point), for one tensor or one of its channels.
      run INTEGER NOT NULL REFERENCES run (id),
      tensor TEXT NOT NULL CHECK (tensor <> ''),
      channel INTEGER NOT NULL CHECK (channel >= 0),  -- 0 when one scale serves the whole tensor
      scale REAL NOT NULL CHECK (scale > 0.0),        -- a float32 value, held exactly
      zero_point INTEGER NOT NULL,
      quant_min INTEGER NOT NULL,                     -- the integers in use, both ends included
      quant_max INTEGER NOT NULL,
      dtype TEXT NOT NULL CHECK (dtype <> ''),        -- 's8', 'u8', 's32'
      scheme TEXT NOT NULL                            -- 'per_tensor_affine', 'per_channel_symmetric', ...
        CHECK (scheme GLOB 'per_?*_affine' OR scheme GLOB 'per_?*_symmetric'),
      observer TEXT NOT NULL CHECK (observer <> ''),  -- what chose the range: 'histogram', 'min_max', ...
      observed_min REAL,                              -- what the observer saw; NULL when it saw nothing
      observed_max REAL,
      PRIMARY KEY (run, tensor, channel),
      CHECK (quant_min < quant_max),
      CHECK (zero_point BETWEEN quant_min AND quant_max),
      CHECK (channel = 0 OR scheme NOT GLOB 'per_tensor_*'),
      CHECK ((observed_min IS NULL) = (observed_max IS NULL)),
      CHECK (observed_min <= observed_max)
    ) STRICT, WITHOUT ROWID
    """

  private static let metric = """
    CREATE TABLE metric (
      -- A figure that a run measured. The views read these names: 'accuracy' (unit 'fraction'),
      -- 'file_bytes' ('bytes'), 'images_per_second' ('images/s') and 'batch' ('images').
      run INTEGER NOT NULL REFERENCES run (id),
      model TEXT NOT NULL CHECK (model IN ('', 'float32', 'int8')),  -- '' when of neither, or of both
      layer TEXT NOT NULL,                            -- '' for the network as a whole
      name TEXT NOT NULL CHECK (name <> ''),
      value REAL,                                     -- NULL when the figure is not a number (NaN)
      unit TEXT NOT NULL,
      PRIMARY KEY (run, model, layer, name)
    ) STRICT, WITHOUT ROWID
    """

  private static let epoch = """
    CREATE TABLE epoch (
      -- One pass of training over its data, counted from 1.
      run INTEGER NOT NULL REFERENCES run (id),
      epoch INTEGER NOT NULL CHECK (epoch >= 1),
      loss REAL,                                      -- mean over the epoch; NULL when not a number (NaN)
      train_accuracy REAL CHECK (train_accuracy BETWEEN 0.0 AND 1.0),
      test_accuracy REAL CHECK (test_accuracy BETWEEN 0.0 AND 1.0),  -- NULL when it was not measured
      seconds REAL NOT NULL CHECK (seconds >= 0.0),
      PRIMARY KEY (run, epoch)
    ) STRICT, WITHOUT ROWID
    """

  private static let confusion = """
    CREATE TABLE confusion (
      -- How often a model took images of the class `actual` for the class `predicted`.
      run INTEGER NOT NULL REFERENCES run (id),
      model TEXT NOT NULL CHECK (model IN ('float32', 'int8')),
      actual INTEGER NOT NULL CHECK (actual >= 0),
      predicted INTEGER NOT NULL CHECK (predicted >= 0),
      count INTEGER NOT NULL CHECK (count >= 0),
      PRIMARY KEY (run, model, actual, predicted)
    ) STRICT, WITHOUT ROWID
    """
}
