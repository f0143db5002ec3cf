/// A question to each view.
enum SchemaExamples {
  /// One SELECT for each view, by its name.
  static let views = [
    "history": "SELECT id, stage, scheme, seconds, result FROM history LIMIT 10",
    "accuracy": "SELECT scheme, max(int8) FROM accuracy GROUP BY scheme",
    "accuracy_drop": "SELECT scheme, drop_points FROM accuracy_drop LIMIT 1",
    "paired_test":
      "SELECT scheme, drop_points, only_float32_right, only_int8_right, mcnemar_p FROM paired_test LIMIT 1",
    "file_size": "SELECT scheme, float32_bytes, int8_bytes, ratio FROM file_size LIMIT 1",
    "speed": "SELECT cpu, instruction_set, threads, max(int8_images_per_second) FROM speed GROUP BY 1, 2, 3",
    "scale":
      "SELECT tensor, channel, scale, zero_point, observed_min, observed_max FROM scale ORDER BY scale DESC LIMIT 5",
    "lineage": "SELECT depth, role, path, made_by FROM lineage WHERE output_path LIKE '%convert%' ORDER BY depth, path",
    "scheme": "SELECT scheme, weights, activations, drop_points, times_smaller FROM scheme ORDER BY drop_points",
    "benchmarks":
      "SELECT name, shape, threads, rate, unit FROM benchmarks WHERE kind = 'kernel' ORDER BY name, threads",
    "device":
      "SELECT machine, flash_bytes, ram_bytes, instructions_per_image, times_fewer FROM device WHERE scheme = 'octavo'",
    "layer_error": "SELECT scheme, layer, sqnr_db FROM layer_error ORDER BY sqnr_db LIMIT 5",
    "language_evaluation":
      "SELECT scheme, perplexity_ratio, perplexity_ratio_error, kl_divergence, same_top_1_percent FROM language_evaluation",
    "language_layer_error": "SELECT scheme, tensor, sqnr_db, largest_channel FROM language_layer_error LIMIT 5",
    "sensitivity": "SELECT scheme, layer, drop_points, sqnr_db FROM sensitivity LIMIT 5",
  ]
}
