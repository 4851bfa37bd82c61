#!/usr/bin/python3
"""Reads paths from standard input, one a line, and writes one JSON line a file: what pydicom makes of it.

{"path", "error"} or {"path", "json", "frames", "nativeBytes"}: the DICOM JSON model with every binary value as
{"vr", "Binary": {"length", "sha256", "littleEndian"}} (SHA-256 of the bytes as stored and of the same in little endian),
and the SHA-256 of each encapsulated frame (null where pydicom cannot cut frames), a video counting as one.
"""
import hashlib
import json
import logging
import math
import struct
import sys
import warnings

import pydicom
from pydicom import config, dataelem
from pydicom.encaps import generate_pixel_data_fragment, generate_pixel_data_frame, get_frame_offsets
from pydicom.filebase import DicomBytesIO
from pydicom.pixel_data_handlers.util import get_expected_length

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
config.convert_wrong_length_to_UN = True


def no_private_dictionary(*_):
    """Vendors' private dictionaries are no part of the standard: their elements are UN in implicit VR."""
    raise KeyError


dataelem.private_dictionary_VR = no_private_dictionary
VIDEO = tuple(f"1.2.840.10008.1.2.4.{n}" for n in range(100, 109))
SWAP = {"OW": 2, "OB or OW": 2, "US or OW": 2, "US or SS or OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def swapped(data, width):
    if width == 1 or len(data) % width:
        return data
    out = bytearray(len(data))
    for i in range(width):
        out[i::width] = data[width - 1 - i :: width]
    return bytes(out)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(int(value)) if abs(value) > 2**53 else int(value)
    if isinstance(value, float):
        return float(value)
    return str(getattr(value, "value", value))


def model(path):
    dataset = pydicom.dcmread(path, force=True)
    little = dataset.is_little_endian

    def binary(element):
        data = bytes(element.value)
        width = 1 if little else SWAP.get(element.VR, 1)
        return {"length": len(data), "sha256": sha(data), "littleEndian": sha(swapped(data, width))}

    text = dataset.to_json_dict(bulk_data_threshold=0, bulk_data_element_handler=binary)
    frames = None
    if "PixelData" in dataset and dataset["PixelData"].is_undefined_length:
        frames = frame_digests(dataset)
    return {"path": path, "json": plain_binary(text), "frames": frames, "nativeBytes": native_bytes(dataset)}


def frame_digests(dataset):
    value = dataset.PixelData
    number = int(dataset.get("NumberOfFrames", 1) or 1)
    offsets = dataset.get("ExtendedOffsetTable")
    try:
        if offsets is not None:
            # pydicom 2.3.1 knows the table and does not use it; PS3.3 C.7.6.3.1.8
            first = 8 + struct.unpack_from("<L", value, 4)[0]
            lengths = dataset.ExtendedOffsetTableLengths
            table = zip(*(struct.unpack(f"<{len(t) // 8}Q", t) for t in (offsets, lengths)))
            return [sha(value[first + offset + 8 : first + offset + 8 + length]) for offset, length in table]
        if dataset.file_meta.TransferSyntaxUID.startswith(VIDEO):
            stream = DicomBytesIO(value)
            stream.is_little_endian = True
            get_frame_offsets(stream)
            return [sha(b"".join(generate_pixel_data_fragment(stream)))]
        return [sha(frame) for frame in generate_pixel_data_frame(value, number)]
    except Exception:
        return None


def native_bytes(dataset):
    """What pydicom expects of native Pixel Data, pad byte not counted."""
    try:
        return get_expected_length(dataset, "bytes")
    except Exception:
        return None


def plain_binary(value):
    if isinstance(value, dict):
        if isinstance(value.get("BulkDataURI"), dict):
            return {"vr": value["vr"], "Binary": value["BulkDataURI"]}
        return {key: plain_binary(v) for key, v in value.items()}
    if isinstance(value, list):
        return [plain_binary(v) for v in value]
    return plain(value)


for line in sys.stdin:
    name = line.rstrip("\n")
    try:
        answer = model(name)
    except BaseException as error:  # pydicom raises whatever its parts raise, RecursionError too
        answer = {"path": name, "error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer, allow_nan=False), flush=True)
