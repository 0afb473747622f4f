#!/usr/bin/env python3
"""Makes the two digits files of this folder from Debian's package python3-sklearn. Same input, same bytes: no time stamp is written."""
import csv
import gzip
import pathlib
import struct
import sys

SOURCE = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"  # 64 values 0..16 and the digit in each row
here = pathlib.Path(__file__).parent

with gzip.open(sys.argv[1] if len(sys.argv) > 1 else SOURCE, "rt") as file:
    rows = [[int(float(value)) for value in row] for row in csv.reader(file)]
assert len(rows) == 1797 and all(len(row) == 65 and max(row[:64]) <= 16 for row in rows), "not the file expected"

# MNIST's IDX format: magic 0x0803 (bytes, 3 dimensions) or 0x0801, the sizes as big-endian 32-bit integers, then the bytes.
images = struct.pack(">4i", 0x803, len(rows), 8, 8) + bytes(value for row in rows for value in row[:64])
labels = struct.pack(">2i", 0x801, len(rows)) + bytes(row[64] for row in rows)
for name, content in [("digits-images-idx3-ubyte.gz", images), ("digits-labels-idx1-ubyte.gz", labels)]:
    (here / name).write_bytes(gzip.compress(content, 9, mtime=0))
