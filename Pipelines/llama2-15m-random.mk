# Random weights of stories15M's sizes.
RANDOM_SHAPE := 15m
include Pipelines/graph/random.mk
