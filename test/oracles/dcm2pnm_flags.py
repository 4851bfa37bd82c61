"""For each file named on standard input: which frame stands for the instance, and what dcm2pnm must be told to draw it by the
same rules. One JSON object a line; `reference` is pydicom where DCMTK has no such feature."""

import json
import subprocess
import sys
import tempfile

import pydicom


def value(item, keyword):
    found = item.get(keyword)
    if isinstance(found, pydicom.multival.MultiValue):
        found = found[0] if len(found) else None
    return None if found == "" else found


def macro(dataset, frame, keyword):
    for sequence, position in (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0)):
        items = dataset.get(sequence)
        if items and position < len(items) and items[position].get(keyword):
            return items[position].get(keyword)[0]
    return None


def decoded(path):
    """The same by GDCM, uncompressed."""
    with tempfile.NamedTemporaryFile(suffix=".dcm") as raw:
        subprocess.run(["gdcmconv", "--raw", path, raw.name], check=True, stderr=subprocess.DEVNULL)
        return pydicom.dcmread(raw.name, force=True).pixel_array


def range_without_padding(path, dataset, frame):
    try:
        pixels = dataset.pixel_array
    except Exception:
        pixels = decoded(path)
    pixels = pixels if pixels.ndim == 2 else pixels[frame]
    padding = dataset.PixelPaddingValue
    if dataset.PixelRepresentation and padding >= 0x8000:
        padding -= 0x10000
    kept = pixels[pixels != padding]
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    least, most = kept.min() * slope + intercept, kept.max() * slope + intercept
    return ["+Ww", str((least + most + 1) / 2), str(most - least + 1)]


def flags(path, dataset, frame):
    if dataset.get("SamplesPerPixel", 1) != 1 or dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        return []
    voi = macro(dataset, frame, "FrameVOILUTSequence")
    transformation = macro(dataset, frame, "PixelValueTransformationSequence")
    shared = dataset.get("SharedFunctionalGroupsSequence")
    if shared and shared[0].get("PixelValueTransformationSequence") and transformation is shared[0].PixelValueTransformationSequence[0]:
        transformation = None
    center, width = value(voi or dataset, "WindowCenter"), value(voi or dataset, "WindowWidth")
    if voi is not None and center is not None:
        # dcm2pnm knows no functional groups but the rescaling that frames share: the window in stored values, of which LINEAR is
        # half a value and one value less.
        slope = float(transformation.RescaleSlope) if transformation is not None else 1
        intercept = float(transformation.RescaleIntercept) if transformation is not None else 0
        return ["+Ww", str((float(center) - 0.5 - intercept) / slope + 0.5), str((float(width) - 1) / slope + 1)]
    if center is not None and width is not None and float(width) >= 1:
        return ["+Wi", "1"]
    if dataset.get("VOILUTSequence"):
        return ["+Wl", "1"]
    isRescaled = value(dataset, "RescaleSlope") not in (None, 1) or value(dataset, "RescaleIntercept") not in (None, 0)
    isSigned = dataset.get("PixelRepresentation", 0) == 1
    if dataset.get("BitsStored", 16) <= 8 and not isSigned and not isRescaled and "ModalityLUTSequence" not in dataset:
        return []
    return range_without_padding(path, dataset, frame) if "PixelPaddingValue" in dataset else ["+Wm"]


def aspect(dataset):
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "PixelAspectRatio"):
        pair = dataset.get(keyword)
        if pair and len(pair) == 2:
            return float(pair[0]) / float(pair[1])
    return 1


for line in sys.stdin:
    path = line.rstrip("\n")
    dataset = pydicom.dcmread(path, force=True)
    frame = int(dataset.get("NumberOfFrames") or 1) // 2
    isSupplemented = dataset.get("PixelPresentation") == "COLOR" and "RedPaletteColorLookupTableData" in dataset
    try:
        told = flags(path, dataset, frame)
    except Exception:
        told = ["+Wm"]
    print(
        json.dumps(
            {
                "path": path,
                "frame": frame,
                "flags": told,
                "reference": "pydicom" if isSupplemented else "dcmtk",
                "aspect": aspect(dataset),
            }
        ),
        flush=True,
    )
