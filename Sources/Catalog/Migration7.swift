/// Version 7 of the schema: what exported models did on other machines. Frozen since it landed; a change is a new migration.
enum Migration7 {
  /// Every statement of version 7, in order.
  static let statements = [emulation, device]

  private static let emulation = """
    CREATE TABLE emulation (
      -- What an exported model did on a machine: compiled for it, and run there on test images.
      run INTEGER PRIMARY KEY REFERENCES run (id),
      machine TEXT NOT NULL CHECK (machine <> ''),            -- 'host', 'cortex-m4', ...
      processor TEXT NOT NULL,                                -- its processor, in words
      images INTEGER NOT NULL CHECK (images > 0),             -- that were classified
      scores INTEGER NOT NULL CHECK (scores > 0),             -- that were compared with the engine's
      differing_scores INTEGER NOT NULL CHECK (differing_scores >= 0),  -- of them, 0 but for a rounding of others
      other_class INTEGER NOT NULL CHECK (other_class >= 0),  -- images that get another class than the engine gives
      flash_bytes INTEGER NOT NULL CHECK (flash_bytes > 0),   -- the model's code and constants
      ram_bytes INTEGER NOT NULL CHECK (ram_bytes >= 0),      -- its scratch and variables, without the stack
      instructions_per_image REAL CHECK (instructions_per_image > 0),  -- a mean; NULL where none are counted
      reference_instructions_per_image REAL CHECK (reference_instructions_per_image > 0)
        -- the same of plain loops over the same layers, as reference kernels for microcontrollers are written
    ) STRICT
    """

  private static let device = """
    CREATE VIEW device (
      pipeline, scheme, machine, processor, images, scores, differing_scores, other_class, flash_bytes, ram_bytes,
      instructions_per_image, reference_instructions_per_image,
      times_fewer,  -- REAL: above 1, the model takes fewer instructions than plain loops
      run,          -- INTEGER: the run that measured it
      path,         -- TEXT: the C file
      sha256        -- TEXT: that file's digest
    ) AS
      -- What the newest run of each pipeline, scheme and machine measured, with the C file that it compiled.
      SELECT
        pipeline, scheme, machine, processor, images, scores, differing_scores, other_class, flash_bytes, ram_bytes,
        instructions_per_image, reference_instructions_per_image,
        round(reference_instructions_per_image / instructions_per_image, 2) AS times_fewer,
        emulation.run AS run, artifact.path AS path, artifact.sha256 AS sha256
      FROM (
        SELECT max(run.id) AS newest
        FROM run JOIN emulation ON emulation.run = run.id
        WHERE status = 'succeeded'
        GROUP BY pipeline, scheme, machine
      )
      JOIN emulation ON emulation.run = newest
      JOIN run ON run.id = newest
      LEFT JOIN artifact ON artifact.id = (
        SELECT min(artifact.id) FROM run_artifact JOIN artifact ON artifact.id = artifact
        WHERE run_artifact.run = newest AND role = 'input' AND artifact.path LIKE '%.c')
      ORDER BY pipeline, scheme, machine
    """
}
