/// Version 8 of the schema: language models. What their evaluations measured, where int8 chooses another token, which
/// channels are massive; and the views of scales, schemes, sizes and history hold them beside networks for images. Frozen
/// since it landed; a change is a new migration.
enum Migration8 {
  /// Every statement of version 8, in order.
  static let statements =
    [greedyFlip, massiveActivation, languageEvaluation, languageLayerError] + Migration8Views.statements

  private static let greedyFlip = """
    CREATE TABLE greedy_flip (
      -- A prediction where float32 and int8 would choose another token, read after the same tokens.
      run INTEGER NOT NULL REFERENCES run (id),
      window INTEGER NOT NULL CHECK (window >= 0),      -- the piece of the text, from 0
      position INTEGER NOT NULL CHECK (position >= 1),  -- the place in it of the token that is predicted; 0 predicts nothing
      float32_token INTEGER NOT NULL CHECK (float32_token >= 0),  -- what float32 would choose
      int8_token INTEGER NOT NULL CHECK (int8_token >= 0),        -- what int8 would choose
      float32_text TEXT NOT NULL,                       -- that token's text; '' for one that stands for no text
      int8_text TEXT NOT NULL,                          -- likewise
      margin REAL,                                      -- float32's logit of its own choice above that of int8's choice
      PRIMARY KEY (run, window, position),
      CHECK (float32_token <> int8_token)
    ) STRICT, WITHOUT ROWID
    """

  private static let massiveActivation = """
    CREATE TABLE massive_activation (
      -- A channel of what a group of matrices reads whose largest magnitude on the calibration text is over 100 times the
      -- median of those of the group's channels.
      run INTEGER NOT NULL REFERENCES run (id),
      tensor TEXT NOT NULL CHECK (tensor <> ''),        -- the group's first matrix
      channel INTEGER NOT NULL CHECK (channel >= 0),
      magnitude REAL NOT NULL,                          -- its largest, over all tokens
      median REAL NOT NULL CHECK (median > 0.0),        -- of the largest magnitudes of the group's channels
      PRIMARY KEY (run, tensor, channel),
      CHECK (magnitude > median)
    ) STRICT, WITHOUT ROWID
    """

  private static let languageEvaluation = """
    CREATE VIEW language_evaluation (
      run,                              -- INTEGER: the evaluation
      pipeline, scheme,
      text,                             -- TEXT: the text that both models read
      predictions,                      -- INTEGER: tokens that were predicted
      float32_perplexity,               -- REAL: exp of the mean loss, lower is better
      float32_perplexity_error,         -- REAL: its standard error
      int8_perplexity,                  -- REAL: likewise of int8
      int8_perplexity_error,            -- REAL: its standard error
      perplexity_ratio,                 -- REAL: int8's over float32's, compared prediction by prediction
      perplexity_ratio_error,           -- REAL: its standard error
      kl_divergence,                    -- REAL: the mean divergence of int8 from float32, in nats
      kl_divergence_error,              -- REAL: its standard error
      same_top_1_percent,               -- REAL: predictions where both would choose the same token
      same_top_1_percent_error,         -- REAL: its standard error
      greedy_flips,                     -- INTEGER: predictions where they would not
      float32_bytes,                    -- INTEGER: the float checkpoint
      int8_bytes,                       -- INTEGER: the int8 checkpoint
      times_smaller,                    -- REAL: above 1, int8 is smaller
      float32_prompt_per_second,        -- REAL: tokens of a prompt, read many at once; a median
      int8_prompt_per_second,           -- REAL: likewise of int8
      float32_generated_per_second,     -- REAL: tokens after it, one at a time; a median
      int8_generated_per_second,        -- REAL: likewise of int8
      threads, instruction_set, cpu, started_at
    ) AS
      -- What each succeeded evaluation of a language model measured, newest first.
      SELECT
        run, pipeline, scheme, text, CAST(predictions AS INTEGER),
        float32, float32_error, int8, int8_error, ratio, ratio_error, divergence, divergence_error,
        round(100.0 * same, 4), round(100.0 * same_error, 4), CAST(flips AS INTEGER),
        CAST(float32_size AS INTEGER), CAST(int8_size AS INTEGER), round(float32_size / nullif(int8_size, 0.0), 3),
        float32_prompt, int8_prompt, float32_generated, int8_generated, threads, instruction_set, cpu, started_at
      FROM (
        SELECT
          run.id AS run, pipeline, scheme, dataset AS text, threads, instruction_set, cpu, started_at,
          max(CASE name WHEN 'predictions' THEN value END) AS predictions,
          max(CASE WHEN name = 'perplexity' AND model = 'float32' THEN value END) AS float32,
          max(CASE WHEN name = 'perplexity_standard_error' AND model = 'float32' THEN value END) AS float32_error,
          max(CASE WHEN name = 'perplexity' AND model = 'int8' THEN value END) AS int8,
          max(CASE WHEN name = 'perplexity_standard_error' AND model = 'int8' THEN value END) AS int8_error,
          max(CASE name WHEN 'perplexity_ratio' THEN value END) AS ratio,
          max(CASE name WHEN 'perplexity_ratio_standard_error' THEN value END) AS ratio_error,
          max(CASE name WHEN 'kl_divergence' THEN value END) AS divergence,
          max(CASE name WHEN 'kl_divergence_standard_error' THEN value END) AS divergence_error,
          max(CASE name WHEN 'same_top_1' THEN value END) AS same,
          max(CASE name WHEN 'same_top_1_standard_error' THEN value END) AS same_error,
          max(CASE name WHEN 'greedy_flips' THEN value END) AS flips,
          max(CASE WHEN name = 'file_bytes' AND model = 'float32' THEN value END) AS float32_size,
          max(CASE WHEN name = 'file_bytes' AND model = 'int8' THEN value END) AS int8_size,
          max(CASE WHEN name = 'prompt_tokens_per_second' AND model = 'float32' THEN value END) AS float32_prompt,
          max(CASE WHEN name = 'prompt_tokens_per_second' AND model = 'int8' THEN value END) AS int8_prompt,
          max(CASE WHEN name = 'generated_tokens_per_second' AND model = 'float32' THEN value END) AS float32_generated,
          max(CASE WHEN name = 'generated_tokens_per_second' AND model = 'int8' THEN value END) AS int8_generated
        FROM run JOIN metric ON metric.run = run.id
        WHERE stage = 'evaluate-transformer' AND status = 'succeeded' AND layer = ''
        GROUP BY run.id
      )
      ORDER BY run DESC
    """

  private static let languageLayerError = """
    CREATE VIEW language_layer_error (
      pipeline, scheme,
      tensor,            -- TEXT: the first of the matrices that read the same rows
      sqnr_db,           -- REAL: signal over noise of these rows, decibels, higher is better; Inf when nothing was lost
      largest,           -- REAL: their largest magnitude in float32
      largest_channel,   -- INTEGER: the channel that has it
      run,               -- INTEGER: the evaluation
      started_at
    ) AS
      -- How far what reaches each group of matrices is from what reaches it in float32, all layers before it added up, by
      -- the newest succeeded evaluation of each pipeline and scheme, what suffers most first.
      SELECT
        pipeline, scheme, layer,
        round(max(CASE name WHEN 'input_sqnr' THEN value END), 2) AS sqnr,
        max(CASE name WHEN 'largest_input' THEN value END),
        CAST(max(CASE name WHEN 'largest_input_channel' THEN value END) AS INTEGER),
        run.id, started_at
      FROM (
        SELECT max(id) AS newest
        FROM run WHERE stage = 'evaluate-transformer' AND status = 'succeeded' GROUP BY pipeline, scheme
      )
      JOIN run ON run.id = newest
      JOIN metric ON metric.run = newest
      WHERE layer <> '' AND name IN ('input_sqnr', 'largest_input', 'largest_input_channel')
      GROUP BY run.id, layer
      ORDER BY pipeline, scheme, sqnr, layer
    """
}
