# MLPerf Tiny's DS-CNN on MNIST: the schemes that `make all` takes it through.
SCHEMES ?= octavo qat
