/// Version 2 of the schema: how each conversion quantizes, and every scheme beside what came of it. Frozen since it
/// landed; a change is a new migration.
enum Migration2 {
  /// Every statement of version 2, in order.
  static let statements = [quantizationScheme, scheme]

  private static let quantizationScheme = """
    CREATE TABLE quantization_scheme (
      -- How a run quantizes: the defaults of its scheme. What a layer does otherwise shows in quantization_parameter.
      run INTEGER PRIMARY KEY REFERENCES run (id),
      type TEXT NOT NULL CHECK (type IN ('static', 'qat', 'dynamic', 'weight_only')),
      profile TEXT NOT NULL CHECK (profile <> ''),          -- whose arithmetic: 'octavo', 'fbgemm', 'qnnpack'
      weight_dtype TEXT NOT NULL,
      weight_quantization TEXT NOT NULL,                    -- 'per_channel_symmetric', ...
      weight_min INTEGER NOT NULL,                          -- the integers in use, both ends included
      weight_max INTEGER NOT NULL,
      weight_observer TEXT NOT NULL,
      activation_dtype TEXT,                                -- NULL, as all of these, for weight_only
      activation_quantization TEXT,                         -- 'per_tensor_affine', 'per_row_affine', ...
      activation_min INTEGER,
      activation_max INTEGER,
      activation_observer TEXT,
      reduce_range TEXT,                                    -- 'where_needed': halved for some tensors; else NULL
      skipped TEXT NOT NULL,                                -- the layers that stay float, 'conv1 conv2'; '' for none
      CHECK (weight_min < weight_max),
      CHECK (activation_min < activation_max),
      CHECK ((activation_dtype IS NULL) = (type = 'weight_only'))
    ) STRICT
    """

  private static let scheme = """
    CREATE VIEW scheme AS
      -- Every scheme of every pipeline as it was last converted, with the figures of its newest evaluation since.
      SELECT
        run.pipeline AS pipeline, run.scheme AS scheme, type, profile,
        weight_dtype || ' ' || weight_quantization || ' ' || weight_min || '...' || weight_max AS weights,
        weight_observer,
        activation_dtype || ' ' || activation_quantization || ' ' || activation_min || '...' || activation_max
          AS activations,
        activation_observer, reduce_range, skipped,
        int8_percent, drop_points, int8_bytes, file_size.ratio AS times_smaller,
        round(int8_images_per_second) AS images_per_second, speed.ratio AS times_faster,
        newest.run AS run, evaluated.run AS evaluation
      FROM (
        SELECT max(id) AS run FROM run WHERE stage = 'convert' AND status = 'succeeded' GROUP BY pipeline, scheme
      ) AS newest
      JOIN run ON run.id = newest.run
      JOIN quantization_scheme ON quantization_scheme.run = newest.run
      LEFT JOIN (
        SELECT max(id) AS run, pipeline, scheme
        FROM run WHERE stage = 'evaluate' AND status = 'succeeded' GROUP BY pipeline, scheme
      ) AS evaluated
        ON evaluated.pipeline IS run.pipeline AND evaluated.scheme IS run.scheme AND evaluated.run > newest.run
      LEFT JOIN accuracy_drop ON accuracy_drop.run = evaluated.run
      LEFT JOIN file_size ON file_size.run = evaluated.run
      LEFT JOIN speed ON speed.run = evaluated.run
      ORDER BY run.pipeline, run.scheme
    """
}
