package main

import (
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/encoding/protowire"
)

// rawCodec hands messages through as bytes: the load must cost its own process little.
type rawCodec struct{}

func (rawCodec) Name() string                  { return "proto" }
func (rawCodec) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }
func (rawCodec) Unmarshal(b []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), b...)
	return nil
}

var raw = []grpc.CallOption{
	grpc.ForceCodec(encoding.Codec(rawCodec{})),
	grpc.MaxCallRecvMsgSize(64 << 20),
}

const service = "/protomesh.services.v1.ResourceStore/"

func text(b []byte, field protowire.Number, value string) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendString(b, value)
}

func message(b []byte, field protowire.Number, value []byte) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendBytes(b, value)
}

func number(b []byte, field protowire.Number, value uint64) []byte {
	b = protowire.AppendTag(b, field, protowire.VarintType)
	return protowire.AppendVarint(b, value)
}

// resource encodes a protomesh.types.v1.Resource: a service, whose content is the version.
func resource(namespace string, index int, version int) []byte {
	declared := text(nil, 1, fmt.Sprintf("service-%d-version-%d", index, version))
	any := text(nil, 1, "type.googleapis.com/protomesh.types.v1.NetworkingNode")
	any = message(any, 2, message(nil, 2, declared))
	b := text(nil, 1, namespace)
	b = text(b, 2, fmt.Sprintf("00000000-0000-4000-8000-%012x", index))
	b = text(b, 3, fmt.Sprintf("service-%d", index))
	return message(b, 4, any)
}

// fields calls visit for each field of a message: of a length-delimited one with its bytes, of a varint with its value.
func fields(b []byte, visit func(field protowire.Number, value []byte, number uint64)) {
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			panic(protowire.ParseError(n))
		}
		b = b[n:]
		switch kind {
		case protowire.BytesType:
			value, n := protowire.ConsumeBytes(b)
			if n < 0 {
				panic(protowire.ParseError(n))
			}
			visit(field, value, 0)
			b = b[n:]
		case protowire.VarintType:
			value, n := protowire.ConsumeVarint(b)
			if n < 0 {
				panic(protowire.ParseError(n))
			}
			visit(field, nil, value)
			b = b[n:]
		default:
			n := protowire.ConsumeFieldValue(field, kind, b)
			if n < 0 {
				panic(protowire.ParseError(n))
			}
			b = b[n:]
		}
	}
}

// bytesField is the last length-delimited field of that number; nil where there is none.
func bytesField(b []byte, wanted protowire.Number) (found []byte) {
	fields(b, func(field protowire.Number, value []byte, _ uint64) {
		if field == wanted && value != nil {
			found = value
		}
	})
	return found
}

// numberField is the last varint of that number; 0 where there is none.
func numberField(b []byte, wanted protowire.Number) (found uint64) {
	fields(b, func(field protowire.Number, value []byte, number uint64) {
		if field == wanted && value == nil {
			found = number
		}
	})
	return found
}

// revisionOf is the version.index of an encoded Resource.
func revisionOf(resource []byte) int64 {
	return int64(numberField(bytesField(resource, 5), 3))
}

// count is how many fields of that number there are.
func count(b []byte, wanted int32) (found int) {
	fields(b, func(field protowire.Number, _ []byte, _ uint64) {
		if field == protowire.Number(wanted) {
			found++
		}
	})
	return found
}
