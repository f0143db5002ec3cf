# Random weights of TinyLlama's sizes, 1.1 billion weights.
RANDOM_SHAPE := 1.1b
include Pipelines/graph/random.mk
