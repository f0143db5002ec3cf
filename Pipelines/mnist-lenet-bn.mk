# LeNet-5 with batch normalization on MNIST: the schemes that `make all` takes it through.
SCHEMES ?= octavo qat
