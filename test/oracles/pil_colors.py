"""Colours as LittleCMS (by PIL) understands them. Reads a line of JSON a picture: width, height, data (base64, RGB), profile
(base64, empty for sRGB) or file (DICOM, whose own profile is taken), to ("srgb" or "lab"). Writes a line of JSON each: data
(base64, three bytes a pixel; of Lab as L 0-255 and a, b plus 128) and the name in the profile."""
import base64, io, json, sys

import pydicom
from PIL import Image, ImageCms

SRGB = ImageCms.createProfile("sRGB")
PERCEPTUAL, RELATIVE = 0, 1


def own(file):
    dataset = pydicom.dcmread(file, stop_before_pixels=True)
    if "OpticalPathSequence" in dataset:
        dataset = dataset.OpticalPathSequence[0]
    return bytes(dataset.ICCProfile)


for line in sys.stdin:
    asked = json.loads(line)
    image = Image.frombytes("RGB", (asked["width"], asked["height"]), base64.b64decode(asked["data"]))
    profile = own(asked["file"]) if "file" in asked else base64.b64decode(asked["profile"])
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.ImageCmsProfile(SRGB)
    if asked["to"] == "lab":
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("LAB"), "RGB", "LAB", RELATIVE)
        light, a, b = ImageCms.applyTransform(image, transform).split()
        # PIL keeps a and b as signed bytes.
        turned = [channel.point([(i + 128) % 256 for i in range(256)]) for channel in (a, b)]
        pixels = b"".join(bytes(pixel) for pixel in zip(light.tobytes(), *(each.tobytes() for each in turned)))
    else:
        pixels = ImageCms.profileToProfile(image, source, SRGB, PERCEPTUAL).tobytes()
    answer = {"data": base64.b64encode(pixels).decode(), "name": ImageCms.getProfileDescription(source).strip()}
    print(json.dumps(answer))
