#!/usr/bin/python3
"""Reads lines `file<TAB>folder` from standard input and writes one JSON line each: what a client that works with pydicom sends
as metadata, {"json": <to_json>, "bulk": [{"uri", "file"}]}, its bulk values of more than 64 bytes as little endian files in the
folder. {"error"} where pydicom cannot.
"""
import json
import os
import sys
import warnings

import pydicom
from pydicom import config

warnings.simplefilter("ignore")
config.convert_wrong_length_to_UN = True


def metadata(path, folder):
    dataset = pydicom.dcmread(path, force=True)
    if not dataset.is_little_endian:
        raise ValueError("pydicom leaves big endian values as they are")
    if "PixelData" in dataset and dataset["PixelData"].is_undefined_length:
        raise ValueError("pydicom gives items, not codestreams")
    bulk = []

    def keep(element):
        uri = f"bulk/{len(bulk)}"
        name = os.path.join(folder, str(len(bulk)))
        with open(name, "wb") as out:
            out.write(element.value)
        bulk.append({"uri": uri, "file": name})
        return uri

    text = json.dumps(dataset.to_json_dict(bulk_data_threshold=64, bulk_data_element_handler=keep), allow_nan=False)
    return {"json": text, "bulk": bulk}


for line in sys.stdin:
    try:
        answer = metadata(*line.rstrip("\n").split("\t"))
    except BaseException as error:
        answer = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer), flush=True)
