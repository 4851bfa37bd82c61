#!/usr/bin/python3
"""Reads lines `stored<TAB>answered` from standard input, two paths of Part 10 files, and writes one JSON line each:
{"equal", "difference", "tags", "transferSyntax", "frames"}: whether pydicom reads the same data set from both, what differs first,
all tags that differ, the transfer syntax of the answered file, and the SHA-256 of each native frame of the stored file in Explicit VR Little Endian.
"""
import hashlib
import json
import sys
import warnings

import pydicom
from pydicom.sequence import Sequence

warnings.simplefilter("ignore")
WORD = {"OW": 2, "OB or OW": 2, "US or OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}


def little(dataset, element):
    """Bytes of a binary value as they stand in a little endian file; pydicom leaves them as they are stored."""
    data = bytes(element.value)
    width = 1 if dataset.is_little_endian else WORD.get(element.VR, 1)
    if width == 1:
        return data
    out = bytearray(len(data))
    for at in range(width):
        out[at::width] = data[width - 1 - at :: width]
    return bytes(out)


def value_of(root, element):
    if isinstance(element.value, Sequence):
        return [model(root, item) for item in element.value]
    if isinstance(element.value, (bytes, bytearray)):
        return little(root, element).hex()
    return str(element.value)


def model(root, dataset):
    return {f"{e.tag:08X}": value_of(root, e) for e in dataset if e.tag.element != 0}


def frames(dataset):
    if "PixelData" not in dataset:
        return []
    data = little(dataset, dataset["PixelData"])
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    bits = dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * dataset.BitsAllocated
    if bits % 8 == 0:
        size = bits // 8
        return [hashlib.sha256(data[n * size : (n + 1) * size]).hexdigest() for n in range(count)]
    stream = [byte >> bit & 1 for byte in data for bit in range(8)]
    out = []
    for n in range(count):
        one = stream[n * bits : (n + 1) * bits]
        packed = bytearray((bits + 7) // 8)
        for at, bit in enumerate(one):
            packed[at // 8] |= bit << at % 8
        out.append(hashlib.sha256(bytes(packed)).hexdigest())
    return out


def compare(stored_path, answered_path):
    stored = pydicom.dcmread(stored_path)
    answered = pydicom.dcmread(answered_path)
    a, b = model(stored, stored), model(answered, answered)
    differ = sorted(tag for tag in a.keys() | b.keys() if a.get(tag) != b.get(tag))
    return {
        "equal": not differ,
        "difference": f"{differ[0]}: {a.get(differ[0])} / {b.get(differ[0])}"[:300] if differ else "",
        "tags": differ,
        "transferSyntax": str(answered.file_meta.TransferSyntaxUID),
        "frames": frames(stored),
    }


for line in sys.stdin:
    print(json.dumps(compare(*line.rstrip("\n").split("\t"))), flush=True)
