#!/usr/bin/python3
"""Reads lines `sent<TAB>stored` from standard input, two paths of Part 10 files, and writes one JSON line each: {"differ",
"items", "modified"}: tags that pydicom reads differently (group lengths apart), the number of items of Original Attributes
Sequence in either file, and the tags and values of Modified Attributes Sequence in the stored file's last item. A line is null
where pydicom cannot read the file that was sent.
"""
import json
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")


def compare(sent_path, stored_path):
    try:
        sent = pydicom.dcmread(sent_path)
        list(sent.iterall())
    except Exception:
        return None
    stored = pydicom.dcmread(stored_path)
    a, b = ({e.tag: str(e) for e in d if e.tag.element != 0} for d in (sent, stored))
    differ = [f"{t:08X}" for t in sorted(a.keys() | b.keys()) if a.get(t) != b.get(t)]
    items = [len(d.get("OriginalAttributesSequence") or []) for d in (sent, stored)]
    modified = {}
    if items[1] > items[0]:
        last = stored.OriginalAttributesSequence[-1]
        modified = {f"{e.tag:08X}": str(e.value or "") for e in last.ModifiedAttributesSequence[0]}
    return {"differ": differ, "items": items, "modified": modified}


for line in sys.stdin:
    print(json.dumps(compare(*line.rstrip("\n").split("\t"))), flush=True)
