# Random weights of stories110M's sizes, with a longer context and a classifier of its own.
RANDOM_SHAPE := 110m
include Pipelines/graph/random.mk
