# A multi-layer perceptron on MNIST: the schemes that `make all` takes it through.
SCHEMES ?= octavo qat
