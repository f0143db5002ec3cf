# MLPerf Tiny's ResNet-8 on MNIST: the schemes that `make all` takes it through.
SCHEMES ?= octavo qat
