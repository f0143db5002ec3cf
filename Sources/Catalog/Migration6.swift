/// Version 6 of the schema: what runs warned of, and why a scale is larger than its range asks for. Frozen since it landed;
/// a change is a new migration.
enum Migration6 {
  /// Every statement of version 6, in order.
  static let statements = [warning, raisedFor, "DROP VIEW scale", scale]

  private static let warning = """
    CREATE TABLE warning (
      -- What a run warned of: nothing that stopped it, and something that a person should see.
      run INTEGER NOT NULL REFERENCES run (id),
      number INTEGER NOT NULL CHECK (number >= 1),    -- from 1, in the order in which they were given
      message TEXT NOT NULL CHECK (message <> ''),    -- one line: what, where, what to do
      PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID
    """

  private static let raisedFor = """
    ALTER TABLE quantization_parameter ADD COLUMN raised_for TEXT
      -- why the scale is larger than the observed range asks for: 'bias', the channel's bias would not have fitted 32 bits;
      -- 'least_scale', the profile knows no smaller one; NULL where it is not
      CHECK (raised_for IN ('bias', 'least_scale'))
    """

  private static let scale = """
    CREATE VIEW scale (
      pipeline, scheme, tensor, channel, scale, zero_point, quant_min, quant_max, dtype,
      quantization,  -- TEXT: 'per_tensor_affine', 'per_channel_symmetric', ...
      observer, observed_min, observed_max, raised_for,
      run,           -- INTEGER: the conversion
      path,          -- TEXT: the file that the scale went into
      sha256         -- TEXT: that file's digest
    ) AS
      -- Every scale of the newest succeeded conversion of each pipeline and scheme, with the run that chose
      -- it and the file that it went into. `quantization` is the parameter's own scheme.
      SELECT
        pipeline, newest.scheme AS scheme, tensor, channel, scale, zero_point, quant_min, quant_max, dtype,
        p.scheme AS quantization, observer, observed_min, observed_max, raised_for,
        newest.run AS run, artifact.path AS path, artifact.sha256 AS sha256
      FROM (
        SELECT max(id) AS run, pipeline, scheme
        FROM run WHERE stage = 'convert' AND status = 'succeeded'
        GROUP BY pipeline, scheme
      ) AS newest
      JOIN quantization_parameter AS p ON p.run = newest.run
      LEFT JOIN artifact ON artifact.id = (
        SELECT min(artifact) FROM run_artifact WHERE run_artifact.run = newest.run AND role = 'output')
      ORDER BY pipeline, newest.scheme, tensor, channel
    """
}
