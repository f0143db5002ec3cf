# Writes the Swift of each .proto anew, into Generated/ beside it, after a change to one or another version of
# SwiftProtobuf. Building needs none of this: what it writes is committed.
PROTOS := Sources/ONNXFormat/onnx.proto Sources/SentencePieceFormat/sentencepiece.proto

protos:
	@command -v protoc > /dev/null || { echo "protos: no 'protoc' on the PATH; apt-get install protobuf-compiler" >&2; exit 1; }
	swift build -c release --product protoc-gen-swift
	@for proto in $(PROTOS); do \
	  protoc --plugin=.build/release/protoc-gen-swift --proto_path=$$(dirname $$proto) --swift_opt=Visibility=Internal \
	    --swift_opt=UseAccessLevelOnImports=true --swift_out=$$(dirname $$proto)/Generated $$proto || exit 1; \
	done
