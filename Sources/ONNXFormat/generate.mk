# Writes Generated/onnx.pb.swift anew, after a change to onnx.proto or another version of SwiftProtobuf. Building needs
# none of this: what it writes is committed.
onnx-proto:
	@command -v protoc > /dev/null || { echo "onnx-proto: no 'protoc' on the PATH; apt-get install protobuf-compiler" >&2; exit 1; }
	swift build -c release --product protoc-gen-swift
	protoc --plugin=.build/release/protoc-gen-swift --proto_path=Sources/ONNXFormat --swift_opt=Visibility=Internal \
	  --swift_opt=UseAccessLevelOnImports=true --swift_out=Sources/ONNXFormat/Generated Sources/ONNXFormat/onnx.proto
