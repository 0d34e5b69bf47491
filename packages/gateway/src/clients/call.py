"""Calls a gRPC method with bytes for messages, and prints what came of it as JSON.

usage: call.py ADDRESS METHOD OPTIONS     OPTIONS: JSON with message (hex), metadata, timeout, gzip, streams
"""
import json
import sys

import grpc

address, method, text = sys.argv[1:]
options = json.loads(text)


def plain(pairs):
    return [[name, value.hex() if isinstance(value, bytes) else value] for name, value in pairs or []]


metadata = [
    (name, bytes.fromhex(value) if name.endswith("-bin") else value) for name, value in options.get("metadata", [])
]
compression = grpc.Compression.Gzip if options.get("gzip") else None
said = {"messages": []}
with grpc.insecure_channel(address) as channel:
    call = channel.unary_stream(method)(
        bytes.fromhex(options.get("message", "")),
        metadata=metadata,
        timeout=options.get("timeout"),
        compression=compression,
    )
    try:
        for message in call:
            said["messages"].append(message.hex())
            if len(said["messages"]) == options.get("cancelAfter"):
                call.cancel()
    except grpc.RpcError:
        pass
    said["code"] = call.code().name
    said["details"] = call.details()
    said["initial"] = plain(call.initial_metadata())
    said["trailing"] = plain(call.trailing_metadata())
print(json.dumps(said))
