"""A frame as a display shows it, by pydicom and numpy: for what DCMTK cannot draw. Each line of standard input is a JSON object
with path, frame (from 0), and perhaps window [center, width, function]; each line of output one with the 8-bit pixels."""

import base64
import json
import sys

import numpy
import pydicom
from pydicom.pixel_data_handlers.util import (
    apply_color_lut,
    apply_modality_lut,
    apply_voi_lut,
    apply_windowing,
    convert_color_space,
)


def macro(dataset, frame, keyword):
    for sequence, position in (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0)):
        items = dataset.get(sequence)
        if items and items[position].get(keyword):
            return items[position].get(keyword)[0]
    return dataset


def copied(target, source, *keywords):
    for keyword in keywords:
        if keyword in source:
            target[keyword] = source[keyword]


def voi_range(dataset):
    """What apply_windowing scales to."""
    bits = dataset.BitsStored if "BitsStored" in dataset else 16
    dataset.BitsStored = bits
    dataset.PixelRepresentation = dataset.get("PixelRepresentation", 0)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dataset.PixelRepresentation else (0, 2**bits - 1)
    if "ModalityLUTSequence" in dataset:
        return 0, 2 ** dataset.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    if "RescaleSlope" in dataset and "RescaleIntercept" in dataset:
        slope, intercept = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
        return low * slope + intercept, high * slope + intercept
    return low, high


def grey(dataset, pixels, frame, window):
    copied(dataset, macro(dataset, frame, "PixelValueTransformationSequence"), "RescaleSlope", "RescaleIntercept")
    copied(
        dataset,
        macro(dataset, frame, "FrameVOILUTSequence"),
        *("WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence"),
    )
    if window is not None:
        dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = window
        dataset.pop("VOILUTSequence", None)
    values = apply_modality_lut(pixels, dataset).astype("float64")
    if dataset.get("WindowCenter") is not None:
        low, high = voi_range(dataset)
        shown = (apply_windowing(values, dataset) - low) / (high - low) * 255
    elif "VOILUTSequence" in dataset:
        shown = apply_voi_lut(values.astype("int64"), dataset) >> (dataset.VOILUTSequence[0].LUTDescriptor[2] - 8)
    else:
        kept = values[~padding(dataset, pixels)]
        shown = (values - kept.min()) / max(kept.max() - kept.min(), 1e-300) * 255
    shape = dataset.get("PresentationLUTShape") or ("INVERSE" if dataset.PhotometricInterpretation == "MONOCHROME1" else "")
    if shape == "INVERSE":
        shown = 255 - shown
    shown = numpy.clip(shown, 0, 255)
    shown[padding(dataset, pixels)] = 0
    return shown.astype("uint8")


def padding(dataset, pixels):
    value = dataset.get("PixelPaddingValue", dataset.get("FloatPixelPaddingValue"))
    if value is None:
        return numpy.zeros(pixels.shape, bool)
    limit = dataset.get("PixelPaddingRangeLimit", value)
    return (pixels >= min(value, limit)) & (pixels <= max(value, limit))


def indexed(dataset, pixels):
    colors = apply_color_lut(pixels, dataset)
    return (colors >> 8).astype("uint8") if colors.dtype == numpy.uint16 else colors


def supplement(dataset, pixels):
    channels = []
    for color in ("Red", "Green", "Blue"):
        first = dataset[color + "PaletteColorLookupTableDescriptor"].value[1]
        entries = numpy.frombuffer(dataset[color + "PaletteColorLookupTableData"].value, "<u2") >> 8
        channels.append(entries[numpy.clip(pixels.astype("int64") - first, 0, len(entries) - 1)])
    return numpy.stack(channels, 2)


def colored(dataset, pixels):
    if dataset.PhotometricInterpretation.startswith("YBR_FULL"):
        return convert_color_space(pixels, dataset.PhotometricInterpretation, "RGB")
    return (pixels >> (dataset.BitsStored - 8)).astype("uint8")


def shown(asked):
    dataset = pydicom.dcmread(asked["path"])
    frame = asked["frame"]
    pixels = dataset.pixel_array
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        pixels = pixels[frame]
    if dataset.SamplesPerPixel != 1:
        out = colored(dataset, pixels)
    elif dataset.PhotometricInterpretation == "PALETTE COLOR":
        out = indexed(dataset, pixels)
    else:
        out = grey(dataset, pixels, frame, asked.get("window"))
        if dataset.get("PixelPresentation") == "COLOR":
            out = numpy.repeat(out[:, :, None], 3, 2)
            isColor = pixels >= dataset.RedPaletteColorLookupTableDescriptor[1]
            out[isColor] = supplement(dataset, pixels)[isColor]
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x3000) in dataset:
            bits = dataset.overlay_array(group)
            bits = bits if bits.ndim == 2 else bits[frame - int(dataset[group, 0x0051].value if (group, 0x0051) in dataset else 1) + 1]
            top, left = (int(one) - 1 for one in dataset[group, 0x0050].value)
            for row, column in zip(*numpy.nonzero(bits)):
                if 0 <= row + top < out.shape[0] and 0 <= column + left < out.shape[1]:
                    out[row + top, column + left] = 255
    return out


def answer(out):
    return {
        "width": out.shape[1],
        "height": out.shape[0],
        "channels": out.shape[2] if out.ndim == 3 else 1,
        "data": base64.b64encode(numpy.ascontiguousarray(out).tobytes()).decode("ascii"),
    }


for line in sys.stdin:
    print(json.dumps(answer(shown(json.loads(line)))), flush=True)
