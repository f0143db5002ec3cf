# Random weights of Llama 2's sizes, 7 billion weights: 13.5 GB of them, 13.5 GB again once they are imported, and 6.8 GB in integers.
RANDOM_SHAPE := 7b
include Pipelines/graph/random.mk
