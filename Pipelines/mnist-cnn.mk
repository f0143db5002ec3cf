# SimpleCNN on MNIST: the schemes that `make all` takes it through.
SCHEMES ?= octavo
