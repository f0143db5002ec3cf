/// Version 5 of the schema: what each layer costs, whether a difference may be chance, who made every ancestor of a file;
/// and every view says what its columns mean. Frozen since it landed; a change is a new migration.
///
/// A view's columns are listed with comments before its SELECT, where `.schema` shows them. The comment of a column begins
/// with its type, for SQLite knows none of a computed one; a column without comment means what the table's column of that
/// name means.
enum Migration5 {
  /// Every statement of version 5, in order.
  static let statements = [dropLineage, lineage, sensitivity, pairedTest] + Migration5Columns.statements

  private static let dropLineage = "DROP VIEW lineage"

  private static let lineage = """
    CREATE VIEW lineage (
      output_path,      -- TEXT: the file whose ancestors these are
      output_sha256,    -- TEXT: its digest
      depth,            -- INTEGER: 1 for what the file's own run read, 2 for what the runs before that read, and so on
      run,              -- INTEGER: the run that read the ancestor
      stage,            -- TEXT: that run's stage
      pipeline,         -- TEXT: that run's pipeline
      scheme,           -- TEXT: that run's scheme
      role,
      kind,
      path,             -- TEXT: the ancestor's path
      sha256,           -- TEXT: the ancestor's digest
      bytes,
      made_by,          -- TEXT: the stage that made the ancestor; NULL for what came from outside, a config say
      made_by_run       -- INTEGER: the run that made it; NULL likewise
    ) AS
      -- From every output back to everything it was made of, configs included. Files are followed by content, so a
      -- renamed file is still found.
      WITH RECURSIVE
        step (output, depth, run, role, artifact, maker) AS (
          SELECT o.artifact, 1, o.run, r.role, r.artifact, made_before.maker
          FROM (
            SELECT max(run) AS run, artifact
            FROM run_artifact JOIN run ON run.id = run AND status = 'succeeded'
            WHERE role = 'output' GROUP BY artifact
          ) AS o
          JOIN run_artifact AS r ON r.run = o.run AND r.role <> 'output'
          JOIN made_before ON made_before.run = r.run AND made_before.role = r.role AND made_before.artifact = r.artifact
          UNION
          SELECT s.output, s.depth + 1, r.run, r.role, r.artifact, made_before.maker
          FROM step AS s
          JOIN run_artifact AS r ON r.run = s.maker AND r.role <> 'output'
          JOIN made_before ON made_before.run = r.run AND made_before.role = r.role AND made_before.artifact = r.artifact
        ),
        made_before (run, role, artifact, maker) AS MATERIALIZED (
          SELECT read.run, read.role, read.artifact, (
            SELECT max(wrote.run)
            FROM artifact AS same
            JOIN run_artifact AS wrote ON wrote.artifact = same.id AND wrote.role = 'output'
            JOIN run ON run.id = wrote.run AND status = 'succeeded'
            -- Only a run that began earlier can have made an input, which is also why this ends.
            WHERE same.sha256 = a.sha256 AND wrote.run < read.run)
          FROM run_artifact AS read JOIN artifact AS a ON a.id = read.artifact
          WHERE read.role <> 'output'
        )
      SELECT
        o.path, o.sha256, depth, reader.id, reader.stage, reader.pipeline, reader.scheme, role,
        a.kind, a.path, a.sha256, a.bytes, maker.stage, maker.id
      FROM step
      JOIN artifact AS o ON o.id = output
      JOIN artifact AS a ON a.id = artifact
      JOIN run AS reader ON reader.id = step.run
      LEFT JOIN run AS maker ON maker.id = step.maker
      ORDER BY o.path, o.sha256, depth, reader.id, role, a.path
    """

  private static let sensitivity = """
    CREATE VIEW sensitivity (
      pipeline, scheme,
      layer,              -- TEXT: the only layer that is int8; all others are float32
      float32_percent,    -- REAL: the accuracy of the float network
      int8_percent,       -- REAL: the accuracy with this layer in int8
      drop_points,        -- REAL: percentage points that this layer costs; below zero where int8 happens to win
      agreement_percent,  -- REAL: images that both networks take for the same class
      sqnr_db,            -- REAL: of the network's scores, decibels, higher is better; Inf when nothing was lost
      run,                -- INTEGER: the run of stage 'sensitivity' that measured it
      started_at
    ) AS
      -- What each layer costs when it alone is int8, by the newest succeeded run of stage 'sensitivity' of each pipeline
      -- and scheme, the dearest layer first.
      SELECT
        pipeline, scheme, layer,
        round(100.0 * float32, 4), round(100.0 * int8, 4), round(100.0 * (float32 - int8), 4) AS lost,
        round(100.0 * agreement, 4), round(sqnr, 2), run, started_at
      FROM (
        SELECT
          pipeline, scheme, layer, run.id AS run, started_at,
          (SELECT value FROM metric AS f
            WHERE f.run = run.id AND f.model = 'float32' AND f.layer = '' AND f.name = 'accuracy') AS float32,
          max(CASE name WHEN 'sensitivity_accuracy' THEN value END) AS int8,
          max(CASE name WHEN 'sensitivity_agreement' THEN value END) AS agreement,
          max(CASE name WHEN 'sensitivity_sqnr' THEN value END) AS sqnr
        FROM (
          SELECT max(id) AS newest
          FROM run WHERE stage = 'sensitivity' AND status = 'succeeded' GROUP BY pipeline, scheme
        )
        JOIN run ON run.id = newest
        JOIN metric ON metric.run = newest
        WHERE layer <> '' AND model = 'int8'
          AND name IN ('sensitivity_accuracy', 'sensitivity_agreement', 'sensitivity_sqnr')
        GROUP BY run.id, layer
      )
      ORDER BY pipeline, scheme, lost DESC, agreement, sqnr, layer
    """

  private static let pairedTest = """
    CREATE VIEW paired_test (
      run,                 -- INTEGER: the evaluation
      pipeline, scheme, dataset,
      float32_percent,     -- REAL: the float network's accuracy
      int8_percent,        -- REAL: int8's
      drop_points,         -- REAL: percentage points, above zero when int8 is worse
      only_float32_right,  -- INTEGER: images that float32 alone classifies rightly; NULL where it was not counted
      only_int8_right,     -- INTEGER: images that int8 alone classifies rightly; NULL likewise
      mcnemar_p,           -- REAL: how often two equally good networks differ as much or more, 0 to 1; NULL likewise
      started_at
    ) AS
      -- What int8 costs, newest first, and whether that could be chance: McNemar's exact test on the images that one of
      -- the two networks alone gets right. A small p says that the difference is real.
      SELECT
        run, pipeline, scheme, dataset, float32_percent, int8_percent, drop_points,
        CAST((SELECT value FROM metric WHERE metric.run = accuracy_drop.run AND model = '' AND layer = ''
           AND name = 'only_float32_right') AS INTEGER),
        CAST((SELECT value FROM metric WHERE metric.run = accuracy_drop.run AND model = '' AND layer = ''
           AND name = 'only_int8_right') AS INTEGER),
        (SELECT value FROM metric WHERE metric.run = accuracy_drop.run AND model = '' AND layer = ''
           AND name = 'mcnemar_p'),
        started_at
      FROM accuracy_drop
      ORDER BY run DESC
    """
}
