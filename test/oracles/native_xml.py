#!/usr/bin/python3
"""Compares our Native DICOM Model documents with those of DCMTK's dcm2xml, both read by Python's own XML parser.

Reads `DICOM file<TAB>our XML file` from standard input, one pair a line, and writes one JSON line a pair:
{"path", "error"} where DCMTK cannot convert the file, or {"path", "differences": ["path: words", …]}, without values.

Levelled, because the standard leaves it open or DCMTK 3.6.7 does it in its own way for every file:
- blanks around a value and NULs after it; how a number is written;
- bytes of VRs of words, which DCMTK encodes in big endian; bulk values are there or not, by the limits of either;
- an empty value or group of a person name, where DCMTK repeats the one before;
- the NUL that DCMTK adds to bytes of odd length;
- the last digits of FL and FD, where DCMTK prints fewer;
- elements of the standard that the file calls UN: we look them up (PS3.5 6.2.2), DCMTK does not;
- keywords of retired attributes, which DCMTK leaves out; vendors' dictionaries, which are off;
- the block of private elements without creator, or of its second block, which we keep and DCMTK leaves out;
- text beyond ASCII of files whose character set DCMTK does not convert;
- group lengths and padding, which we leave out, and (0008,3002), which we add; (0008,0005), which DCMTK sets to UTF-8.
"""
import base64
import glob
import json
import math
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"
NUMBERS = {"DS", "IS", "FL", "FD", "SL", "SS", "SV", "UL", "US", "UV"}
WORDS = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
UNTRIMMED = {"ST", "LT", "UT"}
GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")


def local(node):
    if not node.tag.startswith(NAMESPACE):
        raise ValueError("an element of another namespace")
    return node.tag[len(NAMESPACE) :]


def standard_dictionary():
    return sorted(glob.glob("/usr/share/libdcmtk*/dicom.dic"))[-1]


def theirs_of(path):
    environment = {**os.environ, "DCMDICTPATH": standard_dictionary()}
    for more in (["+U8"], []):
        run = subprocess.run(
            ["dcm2xml", "-q", "--native-format", "+Xn", "+Eb", "+R", "4194302", *more, path],
            capture_output=True,
            timeout=60,
            env=environment,
        )
        if run.returncode == 0 and run.stdout.rstrip().endswith(b"</NativeDicomModel>"):
            return ElementTree.fromstring(run.stdout), bool(more)
    raise ValueError(f"dcm2xml ended with {run.returncode}")


def is_compared(tag, top):
    if tag.endswith("0000") or tag.startswith(("0000", "0002")) or tag == "FFFCFFFC":
        return False
    return not (top and tag in ("00083002", "00080005"))


def dataset_of(node, top):
    found = {}
    for child in node:
        if local(child) != "DicomAttribute":
            raise ValueError("not a DicomAttribute")
        tag = child.get("tag")
        if not is_compared(tag, top) and int(tag[:4], 16) % 2 == 0 or tag == "FFFCFFFC":
            continue
        creator = (child.get("privateCreator") or "").strip()
        if int(tag[:4], 16) % 2 == 1 and not tag.startswith("00", 4):
            tag = f"{tag[:4]}00{tag[6:]}"
        key = (tag, creator)
        found.setdefault(key, []).append(child)
    return found


def key_words(key):
    return f"{key[0]}{' of a creator' if key[1] else ''}"


def differences(ours, theirs, converted, prefix=""):
    our, their = dataset_of(ours, not prefix), dataset_of(theirs, not prefix)
    for key in sorted({*our, *their}):
        where = prefix + key_words(key)
        if key not in our:
            yield f"{where}: only DCMTK has it"
        elif key not in their:
            yield f"{where}: only we have it"
        elif len(our[key]) != len(their[key]):
            yield f"{where}: {len(our[key])} times, DCMTK {len(their[key])}"
        else:
            for one, other in zip(our[key], their[key]):
                yield from attribute_differences(one, other, converted, where)


def attribute_differences(our, their, converted, where):
    if their.get("keyword") not in (our.get("keyword"), None):
        yield f"{where}: keyword {our.get('keyword')}, DCMTK {their.get('keyword')}"
    vr, their_vr = our.get("vr"), their.get("vr")
    if their_vr == "UN" and vr != "UN":
        return
    if vr != their_vr:
        yield f"{where}: VR {vr}, DCMTK {their_vr}"
        return
    kinds = {local(child) for child in our}
    their_kinds = {local(child) for child in their}
    if vr == "SQ":
        if len(our) != len(their):
            yield f"{where}: {len(our)} items, DCMTK {len(their)}"
            return
        for number, (one, other) in enumerate(zip(our, their), 1):
            if one.get("number") != str(number):
                yield f"{where}: item {number} is numbered {one.get('number')}"
            yield from differences(one, other, converted, f"{where}.{number}.")
        return
    if "BulkData" in kinds or "BulkData" in their_kinds:
        if bool(kinds) != bool(their_kinds):
            yield f"{where}: one has a value, the other none"
        return
    if "InlineBinary" in kinds or "InlineBinary" in their_kinds:
        one, other = bytes_of(our), bytes_of(their)
        if other not in (one, one + b"\0", swapped(one, WORDS.get(vr, 1))):
            yield f"{where}: other bytes inline"
        return
    one, other = values_of(our, vr), values_of(their, vr)
    if vr == "PN" and len(one) == len(other):
        other = [without_repeats(value, other[i]) for i, value in enumerate(one)]
    if not converted and not all(str(value).isascii() for value in one + other):
        return
    if len(one) != len(other) or not all(alike(a, b, vr) for a, b in zip(one, other)):
        yield f"{where}: other value ({vr}, {len(one)} and {len(other)} values)"


def without_repeats(our, their):
    groups = (our.split("=") + ["", ""])[:3]
    return "=".join(b if a else "" for a, b in zip(groups, their.split("="))).rstrip("=")


def alike(one, other, vr):
    if vr in ("FL", "FD") and isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-5 if vr == "FL" else 1e-14)
    return one == other


def bytes_of(attribute):
    node = next(iter(attribute), None)
    return b"" if node is None else base64.b64decode("".join((node.text or "").split()))


def swapped(data, width):
    if width == 1 or len(data) % width:
        return data
    out = bytearray(len(data))
    for i in range(width):
        out[i::width] = data[width - 1 - i :: width]
    return bytes(out)


def values_of(attribute, vr):
    values = []
    for node in attribute:
        number = int(node.get("number"))
        while len(values) < number - 1:
            values.append("")
        values.append(name_of(node) if vr == "PN" else value_of(node, vr))
    # what one empty value says, none says too
    return [] if values == [""] else values


def value_of(node, vr):
    text = node.text or ""
    if vr in NUMBERS:
        try:
            number = float(text)
        except ValueError:
            return text.strip()
        return "nan" if math.isnan(number) else number
    return text.rstrip(" \0") if vr in UNTRIMMED else text.strip(" \0")


def name_of(node):
    groups = {local(child): child for child in node}
    return "=".join(group_of(groups.get(name)) for name in GROUPS).rstrip("=")


def group_of(node):
    if node is None:
        return ""
    components = {local(child): child.text or "" for child in node}
    return "^".join(components.get(name, "").strip() for name in COMPONENTS).rstrip("^ ")


for line in sys.stdin:
    path, xml = line.rstrip("\n").split("\t")
    ours = ElementTree.parse(xml).getroot()
    try:
        theirs, converted = theirs_of(path)
    except Exception as error:  # DCMTK cannot read it, or what it wrote is not XML
        print(json.dumps({"path": path, "error": f"{type(error).__name__}: {error}"[:200]}), flush=True)
        continue
    print(json.dumps({"path": path, "differences": list(differences(ours, theirs, converted))}), flush=True)
