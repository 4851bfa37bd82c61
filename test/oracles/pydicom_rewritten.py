#!/usr/bin/python3
"""Reads lines `original<TAB>rewritten<TAB>spelling` from standard input, two paths of Part 10 files, and writes one JSON line each, a list
of what differs: {"tag", "why"}. The rewritten one was made of the original's metadata and bulk values (PS3.18 10.5.1), so that
values count and not their spelling: padding, group lengths, the way in which text and numbers are written, the byte order,
fragments within a frame. With `loose` for the spelling, empty components at the end of names and the last digit of floats do
not count either: dcm2json drops them.
"""
import json
import math
import struct
import sys
import warnings

import pydicom
from pydicom import config, dataelem
from pydicom.encaps import generate_pixel_data_fragment, generate_pixel_data_frame, get_frame_offsets
from pydicom.filebase import DicomBytesIO
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

warnings.simplefilter("ignore")
config.convert_wrong_length_to_UN = True
WORD = {"OW": 2, "OB or OW": 2, "US or OW": 2, "US or SS or OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
VIDEO = tuple(f"1.2.840.10008.1.2.4.{n}" for n in range(100, 109))
# group lengths aside: what belongs to a file and not to its values
FILE_ONLY = {0x00083002, 0xFFFCFFFC, 0x7FE00001, 0x7FE00002}
# what the server adds where it is absent: Lossy Image Compression, Encapsulated Document Length
ADDED = {0x00282110, 0x00420015}
JP2 = bytes.fromhex("0000000c6a502020")


PRIVATE_VR = dataelem.private_dictionary_VR


def no_private_dictionary(*_):
    """UN is little endian whatever surrounds it (PS3.5 6.2.2); pydicom reads what a vendor's dictionary knows as big endian."""
    raise KeyError


def little(root, element):
    data = bytes(element.value)
    width = 1 if root.is_little_endian else WORD.get(element.VR, 1)
    if width == 1 or len(data) % width:
        return data
    out = bytearray(len(data))
    for at in range(width):
        out[at::width] = data[width - 1 - at :: width]
    return bytes(out)


def frames(root, element):
    value = element.value
    number = int(root.get("NumberOfFrames", 1) or 1)
    if root.file_meta.TransferSyntaxUID.startswith(VIDEO):
        stream = DicomBytesIO(value)
        stream.is_little_endian = True
        get_frame_offsets(stream)
        return [b"".join(generate_pixel_data_fragment(stream))]
    offsets = root.get("ExtendedOffsetTable")
    if offsets is not None:
        first = 8 + struct.unpack_from("<L", value, 4)[0]
        lengths = root.ExtendedOffsetTableLengths
        table = zip(*(struct.unpack(f"<{len(t) // 8}Q", t) for t in (offsets, lengths)))
        return [value[first + o + 8 : first + o + 8 + length] for o, length in table]
    return list(generate_pixel_data_frame(value, number))


def text(value):
    return str(value).replace("\0", " ").strip()


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def same_frame(a, b):
    """The boxes of a file format are removed, and a pad byte is no part of a frame."""
    a, b = a.rstrip(b"\0"), b.rstrip(b"\0")
    return a == b or (a.startswith(JP2) and len(b) > 100 and b in a)


def same_value(a, b, loose):
    if text(a) == text(b):
        return True
    if loose and [g.rstrip("^") for g in text(a).split("=")] == [g.rstrip("^") for g in text(b).split("=")]:
        return True
    x, y = number(a), number(b)
    if x is None or y is None:
        return False
    # a decimal string has 16 characters; a longer one, which the standard forbids, is rounded to them
    if loose and math.isclose(x, y, rel_tol=1e-14):
        return True
    return x == y or (math.isnan(x) and math.isnan(y)) or (len(text(a)) > 16 and math.isclose(x, y, rel_tol=1e-9))


def listed(value):
    if value is None or (isinstance(value, (str, bytes)) and len(value) == 0):
        return []
    return list(value) if isinstance(value, (MultiValue, list)) else [value]


def trimmed(values):
    while values and text(values[-1]) == "":
        values = values[:-1]
    return values


def compare(a_root, b_root, a, b, path, out, loose):
    tags = sorted(t for t in a.keys() | b.keys() if t.element != 0 and int(t) not in FILE_ONLY)
    for tag in tags:
        where = f"{path}{tag:08X}"
        if tag == 0x00080005:
            if tag in b and a.get(tag) != b.get(tag) and text(b[tag].value) != "ISO_IR 192":
                out.append({"tag": where, "why": "character set"})
            continue
        if tag not in b:
            out.append({"tag": where, "why": "lost"})
        elif tag not in a:
            if tag not in ADDED or path:
                out.append({"tag": where, "why": "new"})
        else:
            compare_element(a_root, b_root, a[tag], b[tag], where, out, loose)


def compare_element(a_root, b_root, x, y, where, out, loose):
    if isinstance(y.value, Sequence) and isinstance(x.value, Sequence):
        if len(x.value) != len(y.value):
            out.append({"tag": where, "why": f"{len(x.value)} items are {len(y.value)}"})
        for index, (left, right) in enumerate(zip(x.value, y.value)):
            compare(a_root, b_root, left, right, f"{where}.{index + 1}.", out, loose)
        return
    if x.VR != y.VR and not (x.VR in ("UN", "OB", "OW", "OB or OW") or "or" in x.VR):
        out.append({"tag": where, "why": f"VR {x.VR} is {y.VR}"})
        return
    if y.is_undefined_length and x.is_undefined_length:
        left, right = frames(a_root, x), frames(b_root, y)
        if len(left) != len(right) or not all(map(same_frame, left, right)):
            out.append({"tag": where, "why": f"frames differ, {len(left)} and {len(right)}"})
        return
    if isinstance(x.value, (bytes, bytearray)) or isinstance(y.value, (bytes, bytearray)):
        left = little(a_root, x) if isinstance(x.value, (bytes, bytearray)) else None
        right = little(b_root, y) if isinstance(y.value, (bytes, bytearray)) else None
        if left is None or right is None:
            if listed(x.value) or listed(y.value):
                out.append({"tag": where, "why": f"{x.VR} bytes against {y.VR}"})
        elif left + b"\0" * (len(left) % 2) != right + b"\0" * (len(right) % 2):
            out.append({"tag": where, "why": f"{len(left)} bytes differ from {len(right)}"})
        return
    left, right = listed(x.value), listed(y.value)
    if len(left) != len(right):
        left, right = trimmed(left), trimmed(right)
    if len(left) != len(right) or not all(same_value(p, q, loose) for p, q in zip(left, right)):
        out.append({"tag": where, "why": f"{x.VR} {str(left)[:60]!r} is {str(right)[:60]!r}"})


def differences(original, rewritten, spelling):
    a = pydicom.dcmread(original, force=True)
    b = pydicom.dcmread(rewritten)
    dataelem.private_dictionary_VR = PRIVATE_VR if a.is_little_endian else no_private_dictionary
    out = []
    compare(a, b, a, b, "", out, spelling == "loose")
    return out


for line in sys.stdin:
    try:
        answer = differences(*line.rstrip("\n").split("\t"))
    except BaseException as error:  # pydicom raises whatever its parts raise
        answer = [{"tag": "", "why": f"{type(error).__name__}: {error}"[:300]}]
    print(json.dumps(answer), flush=True)
