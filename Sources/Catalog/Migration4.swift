/// Version 4 of the schema: every layer beside what quantization did to it. Frozen since it landed; a change is a new
/// migration.
enum Migration4 {
  /// Every statement of version 4, in order.
  static let statements = [layerError]

  private static let layerError = """
    CREATE VIEW layer_error AS
      -- What int8 does to each layer's output, and to the network's input, by the newest succeeded evaluation of each
      -- pipeline and scheme, what suffers most first. `sqnr_db`: signal over quantization noise in decibels, higher is
      -- better, Inf when nothing was lost. `mean_error`: the mean of int8's value less float32's; a bias shows here.
      -- `max_error`: the largest distance of the two. NULL: not a number, or not measured.
      SELECT
        pipeline, scheme, layer,
        round(max(CASE name WHEN 'sqnr' THEN value END), 2) AS sqnr_db,
        max(CASE name WHEN 'mean_error' THEN value END) AS mean_error,
        max(CASE name WHEN 'max_error' THEN value END) AS max_error,
        run.id AS run, started_at
      FROM (
        SELECT max(id) AS newest
        FROM run WHERE stage = 'evaluate' AND status = 'succeeded' GROUP BY pipeline, scheme
      )
      JOIN run ON run.id = newest
      JOIN metric ON metric.run = newest
      WHERE layer <> '' AND model = 'int8' AND name IN ('sqnr', 'mean_error', 'max_error')
      GROUP BY run.id, layer
      ORDER BY pipeline, scheme, sqnr_db, layer
    """
}
