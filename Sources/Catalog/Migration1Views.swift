extension Migration1 {
  /// The views of version 1: the usual questions, each answered by one SELECT.
  static let views = [history, accuracy, accuracyDrop, fileSize, speed, scale, lineage]

  private static let history = """
    CREATE VIEW history AS
      -- What was run, newest first. `result` is the figure a reader looks for, or why there is none.
      SELECT
        run.id AS id, pipeline, stage, scheme, dataset, status,
        replace(substr(started_at, 1, 19), 'T', ' ') AS started,  -- UTC
        duration_s AS seconds,
        coalesce(
          error,
          (SELECT printf('int8 %.2f %%, float32 %.2f %%', 100.0 * q.value, 100.0 * f.value)
             FROM metric AS q JOIN metric AS f USING (run, layer, name)
            WHERE q.run = run.id AND q.layer = '' AND q.name = 'accuracy'
              AND q.model = 'int8' AND f.model = 'float32'),
          (SELECT CASE
                    WHEN test_accuracy IS NOT NULL THEN printf('test accuracy %.2f %%', 100.0 * test_accuracy)
                    WHEN loss IS NOT NULL THEN printf('loss %.4f', loss)
                    ELSE 'loss is not a number'
                  END
             FROM epoch WHERE epoch.run = run.id ORDER BY epoch DESC LIMIT 1),
          (SELECT printf('%,d bytes', sum(bytes))
             FROM run_artifact JOIN artifact ON artifact.id = artifact
            WHERE run_artifact.run = run.id AND role = 'output' HAVING count(*) > 0)
        ) AS result
      FROM run
      ORDER BY run.id DESC
    """

  private static let accuracy = """
    CREATE VIEW accuracy AS
      -- The accuracies that each succeeded evaluation measured, as fractions, newest first.
      SELECT
        run.id AS run, pipeline, scheme, dataset,
        max(CASE model WHEN 'float32' THEN value END) AS float32,
        max(CASE model WHEN 'int8' THEN value END) AS int8,
        started_at
      FROM run JOIN metric ON metric.run = run.id
      WHERE stage = 'evaluate' AND status = 'succeeded'
        AND layer = '' AND name = 'accuracy' AND model <> ''
      GROUP BY run.id
      ORDER BY run.id DESC
    """

  private static let accuracyDrop = """
    CREATE VIEW accuracy_drop AS
      -- What int8 costs, newest first. `drop_points` are percentage points, above zero when int8 is worse.
      SELECT
        run, pipeline, scheme, dataset,
        round(100.0 * float32, 4) AS float32_percent,
        round(100.0 * int8, 4) AS int8_percent,
        round(100.0 * (float32 - int8), 4) AS drop_points,
        started_at
      FROM accuracy
      ORDER BY run DESC
    """

  private static let fileSize = """
    CREATE VIEW file_size AS
      -- The two checkpoint files that each succeeded evaluation compared, newest first.
      SELECT
        run, pipeline, scheme, float32_bytes, int8_bytes,
        round(CAST(float32_bytes AS REAL) / nullif(int8_bytes, 0), 3) AS ratio  -- above 1: int8 is smaller
      FROM (
        SELECT
          run.id AS run, pipeline, scheme,
          CAST(max(CASE model WHEN 'float32' THEN value END) AS INTEGER) AS float32_bytes,
          CAST(max(CASE model WHEN 'int8' THEN value END) AS INTEGER) AS int8_bytes
        FROM run JOIN metric ON metric.run = run.id
        WHERE stage = 'evaluate' AND status = 'succeeded'
          AND layer = '' AND name = 'file_bytes' AND model <> ''
        GROUP BY run.id
      )
      ORDER BY run DESC
    """

  private static let speed = """
    CREATE VIEW speed AS
      -- Images per second of both models, newest first, with what the figures depend on. `ratio` above 1:
      -- int8 is faster.
      SELECT
        run, pipeline, scheme,
        float32 AS float32_images_per_second, int8 AS int8_images_per_second,
        round(int8 / nullif(float32, 0.0), 3) AS ratio,
        batch, threads, instruction_set, cpu
      FROM (
        SELECT
          run.id AS run, pipeline, scheme,
          max(CASE WHEN name = 'images_per_second' AND model = 'float32' THEN value END) AS float32,
          max(CASE WHEN name = 'images_per_second' AND model = 'int8' THEN value END) AS int8,
          CAST(max(CASE name WHEN 'batch' THEN value END) AS INTEGER) AS batch,
          threads, instruction_set, cpu
        FROM run JOIN metric ON metric.run = run.id
        WHERE stage = 'evaluate' AND status = 'succeeded'
          AND layer = '' AND name IN ('images_per_second', 'batch')
        GROUP BY run.id
        HAVING sum(name = 'images_per_second') > 0
      )
      ORDER BY run DESC
    """

  private static let scale = """
    CREATE VIEW scale AS
      -- Every scale of the newest succeeded conversion of each pipeline and scheme, with the run that chose
      -- it and the file that it went into. `quantization` is the parameter's own scheme.
      SELECT
        pipeline, newest.scheme AS scheme, tensor, channel, scale, zero_point, quant_min, quant_max, dtype,
        p.scheme AS quantization, observer, observed_min, observed_max,
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

  private static let lineage = """
    CREATE VIEW lineage AS
      -- From every output back to everything it was made of: `depth` 1 is what its own run read, 2 what the
      -- runs before that read, and so on. Files are followed by content, so a renamed file is still found.
      WITH RECURSIVE
        made AS (
          SELECT run_artifact.run AS run, artifact.id AS artifact, sha256, path
          FROM run_artifact
          JOIN run ON run.id = run_artifact.run AND status = 'succeeded'
          JOIN artifact ON artifact.id = artifact
          WHERE role = 'output'
        ),
        step (output_path, output_sha256, depth, run, role, path, sha256) AS (
          SELECT o.path, o.sha256, 1, o.run, role, artifact.path, artifact.sha256
          FROM (SELECT max(run) AS run, path, sha256 FROM made GROUP BY artifact) AS o
          JOIN run_artifact ON run_artifact.run = o.run AND role <> 'output'
          JOIN artifact ON artifact.id = artifact
          UNION
          SELECT s.output_path, s.output_sha256, s.depth + 1, run_artifact.run, run_artifact.role,
                 artifact.path, artifact.sha256
          FROM step AS s
          -- Only a run that began earlier can have made an input, which is also why this ends.
          JOIN run_artifact ON run_artifact.role <> 'output' AND run_artifact.run = (
            SELECT max(made.run) FROM made WHERE made.sha256 = s.sha256 AND made.run < s.run)
          JOIN artifact ON artifact.id = artifact
        )
      SELECT output_path, output_sha256, depth, run, stage, role, step.path AS path, step.sha256 AS sha256
      FROM step JOIN run ON run.id = run
      ORDER BY output_path, output_sha256, depth, run, role, step.path
    """
}
