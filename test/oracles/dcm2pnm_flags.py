"""For each file named on standard input: which frame its rendered picture shows by default, and what dcm2pnm must be told to
show it alike. One JSON object a line."""

import json
import sys

import numpy
import pydicom

TOP_LEVEL = "top-level"


def value(item, keyword):
    found = item.get(keyword) if item is not None else None
    if found is None or found == "":
        return None
    return found[0] if isinstance(found, pydicom.multival.MultiValue) and len(found) else found


def group(dataset, frame, keyword):
    for sequence, position in (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0)):
        items = dataset.get(sequence)
        if items and position < len(items) and items[position].get(keyword):
            return items[position].get(keyword)[0]
    return None


def flags(dataset, frame):
    if dataset.get("SamplesPerPixel", 1) != 1 or dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        return [], TOP_LEVEL
    voi = group(dataset, frame, "FrameVOILUTSequence")
    transformation = group(dataset, frame, "PixelValueTransformationSequence")
    slope, intercept = 1.0, 0.0
    if transformation is not None:
        slope, intercept = float(transformation.RescaleSlope), float(transformation.RescaleIntercept)
    center, width = value(voi or dataset, "WindowCenter"), value(voi or dataset, "WindowWidth")
    if voi is not None and center is not None:
        # dcm2pnm knows no functional groups: the window in stored values, of which LINEAR is half a value and one value less.
        span = (float(width) - 1) / slope + 1
        return ["+Ww", str((float(center) - 0.5 - intercept) / slope + 0.5), str(span)], "functional groups"
    if center is not None and width is not None and float(width) >= 1:
        return ["+Wi", "1"], TOP_LEVEL
    if dataset.get("VOILUTSequence"):
        return ["+Wl", "1"], TOP_LEVEL
    rescaled = value(dataset, "RescaleSlope") not in (None, 1) or value(dataset, "RescaleIntercept") not in (None, 0)
    if (
        dataset.get("BitsStored", 16) <= 8
        and dataset.get("PixelRepresentation", 0) == 0
        and not rescaled
        and "ModalityLUTSequence" not in dataset
    ):
        return [], "grey already"
    padding = dataset.get("PixelPaddingValue")
    if padding is not None and "Encapsulated" not in str(dataset.file_meta.TransferSyntaxUID.name):
        try:
            pixels = dataset.pixel_array
            pixels = pixels if pixels.ndim == 2 else pixels[frame]
            limit = dataset.get("PixelPaddingRangeLimit", padding)
            kept = pixels[(pixels < min(padding, limit)) | (pixels > max(padding, limit))]
            slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
            least, most = kept.min() * slope + intercept, kept.max() * slope + intercept
            return ["+Ww", str((least + most + 1) / 2), str(most - least + 1)], "range without padding"
        except Exception:
            pass
    return ["+Wm"], "range"


for line in sys.stdin:
    path = line.rstrip("\n")
    answer = {"path": path}
    try:
        dataset = pydicom.dcmread(path, force=True)
        frames = int(dataset.get("NumberOfFrames") or 1)
        answer["frame"] = frames // 2
        answer["flags"], answer["window"] = flags(dataset, frames // 2)
        answer["padded"] = "PixelPaddingValue" in dataset
    except Exception as error:
        answer["error"] = type(error).__name__
    print(json.dumps(answer), flush=True)
