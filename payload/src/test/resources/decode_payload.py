"""Decodes a CrAU v2 payload without a line of Keelson: PAYLOAD KEY.pem OUTPUT_DIRECTORY.

Only Python's own library and the commands zstd and openssl; asserts instead of error handling.
"""
import hashlib
import os
import struct
import subprocess
import sys

payload, key, directory = sys.argv[1:]
data = open(payload, "rb").read()


def varint(buf, pos):
    value = shift = 0
    while True:
        byte = buf[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, pos
        shift += 7


def message(buf):
    fields, pos = {}, 0
    while pos < len(buf):
        tag, pos = varint(buf, pos)
        kind = tag & 7
        if kind == 0:
            value, pos = varint(buf, pos)
        elif kind == 2:
            size, pos = varint(buf, pos)
            value, pos = buf[pos : pos + size], pos + size
        elif kind == 5:
            value, pos = struct.unpack_from("<I", buf, pos)[0], pos + 4
        else:
            raise AssertionError("wire type %d" % kind)
        fields.setdefault(tag >> 3, []).append(value)
    assert pos == len(buf)
    return fields


def signed(what, blob):
    signature = message(message(blob)[1][0])
    raw = signature[2][0][: signature[3][0]]
    for name, content in (("signature", raw), ("signed", what)):
        open(os.path.join(directory, name), "wb").write(content)
    subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", key, "-signature", "signature", "signed"],
        cwd=directory, check=True, stdout=subprocess.DEVNULL)


magic, major, manifest_size, signature_size = struct.unpack(">4sQQI", data[:24])
assert (magic, major) == (b"CrAU", 2)
metadata = data[: 24 + manifest_size]
signed(metadata, data[24 + manifest_size : 24 + manifest_size + signature_size])
manifest = message(metadata[24:])
base = 24 + manifest_size + signature_size
end = base + manifest[4][0]
assert len(data) == end + manifest[5][0]
signed(metadata + data[base:end], data[end:])

for partition in map(message, manifest[13]):
    name = partition[1][0].decode()
    info = message(partition[7][0])
    out = bytearray()
    for operation in map(message, partition[8]):
        extent = message(operation[6][0])
        assert extent[1][0] * 4096 == len(out)
        size = extent[2][0] * 4096
        kind = operation[1][0]
        if kind == 6:
            out += bytes(size)
            continue
        blob = data[base + operation[2][0] :][: operation[3][0]]
        assert hashlib.sha256(blob).digest() == operation[8][0]
        if kind == 14:
            blob = subprocess.run(
                ["zstd", "-d", "-c"], input=blob, stdout=subprocess.PIPE, check=True).stdout
        else:
            assert kind == 0
        assert len(blob) == size
        out += blob
    content = bytes(out[: info[1][0]])
    assert hashlib.sha256(content).digest() == info[2][0]
    open(os.path.join(directory, "decoded-" + name), "wb").write(content)
    print("version=" + partition[17][0].decode())
    if 1001 in partition:
        print("root_hash=" + partition[1001][0].hex())
