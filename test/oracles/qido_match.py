#!/usr/bin/python3
"""Searches by brute force: what QIDO-RS is to find among DICOM files, from their headers as pydicom reads them.

    qido_match.py SEED COUNT STATEMENT < paths

Reads paths from standard input, one a line, in the order in which they were stored; which attributes are keys, and of which
level, is read from the conformance statement. Writes one JSON line a query: {"path", "query", "expected": [UIDs]}, COUNT of
them drawn at random (0: every value of every key at every level, once, and nothing else), each key at least once.

The rules: PS3.4 C.2.2.2, PS3.18 8.3.4, and those that the statement adds. Study and series values are those of the first
instance stored; later ones fill what is empty. Nothing here knows how the server does it.
"""
import json
import logging
import math
import random
import re
import sys
import unicodedata
import warnings
from datetime import datetime, timedelta
from urllib.parse import quote

import pydicom
from pydicom import config
from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
config.convert_wrong_length_to_UN = True

TEXT = {"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"}
NUMBERS = {"DS", "IS", "FL", "FD", "SL", "SS", "SV", "UL", "US", "UV", "US or SS"}
MOMENTS = {"DA", "TM", "DT"}
LEVELS = ["study", "series", "instance"]
UIDS = {"study": "0020000D", "series": "0020000E", "instance": "00080018"}
MODALITY, MODALITIES, ZONE = "00080060", "00080061", "00080201"


# The attributes, as the conformance statement lists them


def keys_of_statement(path):
    """{level: [tag]}, of the rows `| keys of studies | `StudyDate`, ... |`."""
    keys = {}
    names = {"studies": "study", "series": "series", "instances": "instance"}
    with open(path, encoding="utf-8") as statement:
        for line in statement:
            row = re.match(r"\| keys of (studies|series|instances) \|([^|]*)\|", line)
            if row:
                tags = [tag_for_keyword(word) for word in re.findall(r"`(\w+)`", row.group(2))]
                keys[names[row.group(1)]] = [f"{tag:08X}" for tag in tags]
    return keys


def vr_of(tag):
    try:
        return dictionary_VR(int(tag, 16))
    except KeyError:
        return None


# What pydicom reads


def element_json(dataset, tag):
    """{"vr", "Value"}; where pydicom cannot make numbers of it, the text as it stands."""
    try:
        return dataset[int(tag, 16)].to_json_dict(None, 1 << 40)
    except Exception:
        raw = dataset.get_item(int(tag, 16))
        text = bytes(raw.value or b"").decode("latin-1").strip(" \0") if raw is not None else ""
        return {"vr": vr_of(tag), "Value": text.split("\\")} if text else {"vr": vr_of(tag)}


def model(path, tags):
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    return {tag: element_json(dataset, tag) for tag in tags if int(tag, 16) in dataset}


def is_empty(element):
    if element is None:
        return True
    if "InlineBinary" in element or "BulkDataURI" in element:
        return False
    return all(value in (None, "", {}) for value in element.get("Value", []))


def merge(first, later):
    for tag, element in later.items():
        if is_empty(first.get(tag)):
            first[tag] = element
    return first


class Archive:
    """Studies, series and instances as dictionaries of elements, parents by "up"."""

    def __init__(self, paths, keys):
        self.rows = {level: {} for level in LEVELS}
        tags = {level: set(keys[level]) | {UIDS[level]} for level in LEVELS}
        for path in paths:
            header = model(path, set().union(*tags.values()))
            up = None
            for level in LEVELS:
                uid = texts(header.get(UIDS[level]))[0]
                own = {tag: element for tag, element in header.items() if tag in tags[level]}
                key = (up["key"] if up else ()) + (uid,)
                row = self.rows[level].setdefault(key, {"key": key, "up": up, "elements": {}})
                merge(row["elements"], own)
                up = row
        for row in self.rows["series"].values():
            modality = texts(row["elements"].get(MODALITY))[:1]
            row["up"].setdefault("modalities", set()).update(modality)
        for row in self.rows["study"].values():
            row["elements"][MODALITIES] = {"vr": "CS", "Value": sorted(row.get("modalities", ()))}

    def all(self, level):
        return list(self.rows[level].values())


def at_level(row, level):
    while row["up"] is not None and LEVELS.index(level) < len(row["key"]) - 1:
        row = row["up"]
    return row["elements"]


# Values as they are compared


def texts(element):
    found = []
    for value in (element or {}).get("Value", []):
        if isinstance(value, bool) or value is None or isinstance(value, dict):
            continue
        if isinstance(value, float) and value == int(value or 0):
            value = int(value)
        text = str(value)
        text = text.rstrip() if (element["vr"] in ("ST", "LT", "UT")) else text.strip()
        if text and "\0" not in text:
            found.append(text)
    return found


ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")


def folded(text):
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", plain.casefold()).strip()


def name_text(text):
    return re.sub(r"[\s^]+$", "", folded(text))


def wildcard(pattern):
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def number(text):
    try:
        return float(text)
    except ValueError:
        return math.nan


def date(text):
    match = re.fullmatch(r"(\d{4})(\.?)(\d\d)\2(\d\d)", text.strip())
    if not match or not 1 <= int(match[3]) <= 12 or not 1 <= int(match[4]) <= 31:
        return None
    return match[1] + match[3] + match[4]


def time(text, last):
    match = re.fullmatch(r"(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?", text.strip())
    if not match:
        return None
    hour, minute, second, fraction = match.groups()
    if int(hour) > 23 or int(minute or 0) > 59 or int(second or 0) > 60:
        return None
    rest = "59" if last else "00"
    return hour + (minute or rest) + (second or rest) + "." + (fraction or "").ljust(6, "9" if last else "0")


def defined(values):
    return [value for value in values if value is not None]


# Whether one element matches one key


def matches(elements, tag, vr, value, options):
    """value: one string as a client means it, or a list of which any (or all) may match."""
    element = elements.get(tag)
    if options.get("empty") and value == '""':
        return is_empty(element)
    if isinstance(value, list):
        every = all if options.get("all") else any
        return every(matches(elements, tag, vr, each, options) for each in value)
    value = value.rstrip() if vr in ("LT", "ST", "UT") else value.strip()
    if re.fullmatch(r"\**", value):
        return True
    if vr == "PN":
        return name_matches(element, value)
    if vr in NUMBERS:
        return any(number(text) == number(value) for text in texts(element))
    if vr in ("DA", "TM"):
        return moment_matches(elements, tag, vr, value)
    if vr in TEXT and re.search(r"[*?]", value):
        return any(wildcard(value).fullmatch(text) for text in texts(element))
    return value in texts(element)


def moment_matches(elements, tag, vr, value):
    low, dash, high = value.partition("-")
    if not dash:
        high = low
    stored = defined(date(text) if vr == "DA" else time(text, False) for text in texts(elements.get(tag)))
    if vr == "DA":
        low, high = date(low) if low else "", date(high) if high else "99999999"
    else:
        low, high = time(low, False) if low else "", time(high, True) if high else "99"
    return any(low <= each <= high for each in stored)


def interval_matches(elements, date_tag, time_tag, dates, times):
    """Two ranges are one interval; a date without a time is its whole day."""
    (d1, _, d2), (t1, _, t2) = dates.partition("-"), times.partition("-")
    low = date(d1) + (time(t1, False) if t1 else "000000.000000") if d1 else ""
    high = date(d2) + (time(t2, True) if t2 else "235959.999999") if d2 else "9" * 20
    stored = defined(time(text, False) for text in texts(elements.get(time_tag)))[:1]
    for day in defined(date(text) for text in texts(elements.get(date_tag))):
        if stored and low <= day + stored[0] <= high:
            return True
        if not stored and low <= day + "235959.999999" and day + "000000.000000" <= high:
            return True
    return False


def name_matches(element, value):
    names = [name for name in (element or {}).get("Value", []) if isinstance(name, dict)]
    groups = value.split("=")
    order = ["Alphabetic", "Ideographic", "Phonetic"]
    wanted = [(order, groups[0])] if len(groups) == 1 else [([g], v) for g, v in zip(order, groups)]
    for among, pattern in wanted:
        pattern = name_text(pattern)
        if re.fullmatch(r"\**", pattern):
            continue
        forms = [pattern]
        while re.search(r"\^\*+$", forms[-1]):
            forms.append(re.sub(r"\^\*+$", "", forms[-1]))
        stored = [name_text(name.get(group, "")) for name in names for group in among]
        if not any(text and wildcard(name_text(form)).fullmatch(text) for text in stored for form in forms):
            return False
    return True


def items_at(elements, sequences):
    """The attribute sets at the end of a path of sequences."""
    for tag in sequences[:1]:
        items = [item for item in (elements.get(tag) or {}).get("Value", []) if isinstance(item, dict)]
        return [found for item in items for found in items_at(item, sequences[1:])]
    return [elements]


def items_match(elements, conditions, options):
    """conditions: [(path below, vr, value)], all to be met by one and the same item."""
    by_sequence = {}
    for path, vr, value in conditions:
        if len(path) == 1:
            if not matches(elements, path[0], vr, value, options):
                return False
        else:
            by_sequence.setdefault(path[0], []).append((path[1:], vr, value))
    return all(
        any(
            items_match(item, inside, options)
            for item in items_at(elements, (tag,))
        )
        for tag, inside in by_sequence.items()
    )


# Queries


class Key:
    def __init__(self, level, path):
        self.level, self.path = level, path
        self.vr = vr_of(path[-1])
        words = [keyword_for_tag(int(tag, 16)) for tag in path]
        self.names = [".".join(words), ".".join(path), ".".join(path).lower()]

    def values(self, archive):
        rows = archive.all(self.level)
        found = set()
        for row in rows:
            found.update(values_at(row["elements"], self.path))
        return sorted(found)


def values_at(elements, path):
    element = elements.get(path[0])
    if element is None:
        return []
    if len(path) > 1:
        return [v for item in element.get("Value", []) if isinstance(item, dict) for v in values_at(item, path[1:])]
    if vr_of(path[0]) == "PN":
        return [
            "=".join([name.get("Alphabetic", ""), name.get("Ideographic", ""), name.get("Phonetic", "")])
            for name in element.get("Value", [])
            if isinstance(name, dict)
        ]
    return texts(element)


def nested_paths(archive, level, tag, depth=3):
    paths = set()

    def walk(elements, path):
        for inner, element in elements.items():
            if vr_of(inner) == "SQ" and len(path) < depth:
                for item in element.get("Value", []):
                    walk(item, path + (inner,))
            elif vr_of(inner) in TEXT | NUMBERS | {"UI", "DA", "TM", "AS", "AT"}:
                paths.add(path + (inner,))

    for row in archive.all(level):
        for item in (row["elements"].get(tag) or {}).get("Value", []):
            if isinstance(item, dict):
                walk(item, (tag,))
    return sorted(paths)


def usable(key, value):
    """Whether a stored value can be asked for as it stands: others are refused, or mean something else in a key."""
    if re.fullmatch(r"\**", value) or len(value) > 300:
        return False
    if key.vr == "UI":
        return re.fullmatch(r"[0-9]+(\.[0-9]+)*", value) is not None and len(value) <= 64
    if key.vr in NUMBERS:
        return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value) is not None
    if key.vr == "DA":
        return date(value) is not None
    if key.vr == "TM":
        return time(value, False) is not None
    if key.vr == "CS":
        return not re.search(r"[,\\]", value)
    if key.vr == "PN":
        return value.strip("=^ ") != "" and value.count("=") == 2
    return True


class Queries:
    def __init__(self, archive, keys, seed):
        self.archive, self.random = archive, random.Random(seed)
        self.keys = []
        for level in LEVELS:
            for tag in keys[level] + ([MODALITIES] if level == "study" else []):
                if vr_of(tag) == "SQ":
                    self.keys += [Key(level, path) for path in nested_paths(archive, level, tag)]
                elif tag != ZONE and tag != "00080005":
                    self.keys.append(Key(level, (tag,)))
        self.stored = {key: [v for v in key.values(archive) if usable(key, v)] for key in self.keys}

    def pick(self, of):
        return of[self.random.randrange(len(of))]

    def exhaustive(self):
        for key in self.keys:
            for value in self.stored[key]:
                for level in LEVELS[LEVELS.index(key.level) :]:
                    yield self.query(level, (), [(key, key.names[0], value)], {})

    def drawn(self, count):
        for index in range(count):
            first = self.keys[index % len(self.keys)]
            level = self.pick(LEVELS[LEVELS.index(first.level) :])
            scope = self.scope(level)
            options = {}
            chance = self.random.random()
            terms = [self.term(first)]
            if chance < 0.45:
                others = [key for key in self.keys if LEVELS.index(key.level) <= LEVELS.index(level)]
                near = [key for key in others if key.path[0] == first.path[0] and len(key.path) > 1]
                more = self.pick(near if near and chance < 0.15 else others)
                # Mostly what one row has of both, so that there is something to find.
                row = self.pick(self.archive.all(level)) if chance < 0.1 else self.row_with(first, level)
                if more.path != first.path:
                    terms = [self.term(each, row) for each in (first, more)]
            elif chance < 0.6 and (pair := self.pair(first)):
                terms = pair
            elif chance < 0.68:
                options["empty"] = True
                terms = [(first, self.pick(first.names), '""')]
            elif chance < 0.75 and first.vr in ("AE", "CS", "LO", "SH") and len(self.stored[first]) > 1:
                options["all"] = True
                terms = [(first, self.pick(first.names), [self.pick(self.stored[first]) for _ in range(2)])]
            yield self.query(level, scope, terms, options)

    def scope(self, level):
        if level == "study" or self.random.random() < 0.7:
            return ()
        row = self.pick(self.archive.all(level))
        whole = level == "instance" and self.random.random() < 0.5
        return row["key"][: 2 if whole else 1]

    def row_with(self, key, level):
        rows = self.archive.all(level)
        having = [row for row in rows if values_at(at_level(row, key.level), key.path)]
        return self.pick(having or rows)

    def term(self, key, row=None):
        name, stored = self.pick(key.names), self.stored[key]
        if row is not None:
            own = values_at(at_level(row, key.level), key.path)
            stored = [value for value in own if usable(key, value)] or stored
        if not stored:
            return (key, name, self.pick(["", "*"]) if key.vr in TEXT else "")
        value = self.pick(stored)
        how = self.random.random()
        if how < 0.3:
            return (key, name, value)
        if key.vr in ("UI", "CS") and how < 0.6:
            return (key, name, [self.pick(stored) for _ in range(self.random.randrange(1, 5))])
        if key.vr == "PN":
            return (key, name, self.name(value))
        if key.vr in TEXT:
            return (key, name, self.pattern(value) if how < 0.8 else self.other(value))
        if key.vr == "DA" and how < 0.4:
            return (key, name, [date(self.pick(stored)) for _ in range(3)])
        if key.vr in ("DA", "TM"):
            return (key, name, self.range(key))
        if key.vr in NUMBERS:
            return (key, name, self.pick(["+", "0", ""]) + value if value[:1].isdigit() else value)
        return (key, name, value)

    def name(self, value):
        groups = value.split("=")
        how = self.random.random()
        if how < 0.25:  # as it stands, in any case, with or without the empty components at the end
            text = "=".join(groups).rstrip("=") + self.pick(["", "^", "^^"]) * (not any(groups[1:]))
            return self.pick([text, text.upper(), text.lower(), unicodedata.normalize("NFD", text)])
        index = self.pick([i for i, group in enumerate(groups) if group.strip("^ ")] or [0])
        text = self.pattern(groups[index]) if how < 0.7 else groups[index]
        if how > 0.9:
            text = ACCENTS.sub("", unicodedata.normalize("NFKD", text)).swapcase()
        if text.strip("=^ *") == "":
            return text.replace("=", "")
        return "=" * index * (self.random.random() < 0.5) + text.replace("=", "")

    def pattern(self, value):
        """The value with some of it replaced by wildcards, now and then by what does not match."""
        text = list(value)
        for _ in range(self.random.randrange(1, 4)):
            at = self.random.randrange(len(text) + 1)
            to = min(len(text), at + self.random.randrange(0, 4))
            text[at:to] = [self.pick(["*", "*", "?", "**", "?*", "%", "_", "[a-z]"])]
        return "".join(text)

    def other(self, value):
        return self.pick([value.swapcase(), value + "  ", value[:-1] or value, value + "x", f"'{value}"])

    def range(self, key):
        part = (lambda v: date(v)) if key.vr == "DA" else (lambda v: v[: self.pick([2, 4, len(v)])])
        ends = [part(self.pick(self.stored[key])) for _ in range(2)]
        if key.vr == "TM" and any(time(end, False) is None for end in ends):
            ends = ["0800", "17"]
        low, high = sorted(ends) if self.random.random() < 0.9 else ends
        if key.vr == "TM" and self.random.random() < 0.3:
            return low
        return self.pick([f"{low}-{high}", f"{low}-{high}", f"{low}-", f"-{high}"])

    def pair(self, key):
        """Ranges of a date and of its time, combined."""
        word = keyword_for_tag(int(key.path[0], 16))
        other = tag_for_keyword(word.replace("Date", "Time") if key.vr == "DA" else word.replace("Time", "Date"))
        partner = next((k for k in self.keys if other and k.path == (f"{other:08X}",)), None)
        if key.vr not in ("DA", "TM") or partner is None or not self.stored[key] or not self.stored[partner]:
            return None
        terms = [(each, self.pick(each.names), self.range(each)) for each in (key, partner)]
        return terms if all("-" in term[2] for term in terms) else None

    def query(self, level, scope, terms, options):
        parts = []
        for key, name, value in terms:
            listed = self.pick([",", "\\"]) if key.vr in ("UI", "CS", "DA") and not options.get("all") else "\\"
            parts.append(f"{name}={quote(value if isinstance(value, str) else listed.join(value), safe='')}")
        parts += ["emptyvaluematching=true"] * bool(options.get("empty"))
        parts += ["multiplevaluematching=true"] * bool(options.get("all"))
        path = "/" + {"study": "studies", "series": "series", "instance": "instances"}[level]
        if scope:
            path = f"/studies/{scope[0]}" + (f"/series/{scope[1]}" if len(scope) > 1 else "") + path
        found = [row for row in self.archive.all(level) if row["key"][: len(scope)] == scope and self.holds(row, terms, options)]
        return {"path": path, "query": "&".join(parts), "expected": sorted("/".join(row["key"]) for row in found)}

    def holds(self, row, terms, options):
        ranges = {key.path: value for key, _, value in terms if isinstance(value, str) and "-" in value and key.vr in ("DA", "TM")}
        if len(terms) == 2 and len(ranges) == 2:
            days = next((key for key, _, _ in terms if key.vr == "DA"), None)
            hours = next((key for key, _, _ in terms if key.vr == "TM"), None)
            if days and hours and self.belong(days, hours):
                return any(
                    interval_matches(elements, days.path[-1], hours.path[-1], ranges[days.path], ranges[hours.path])
                    for elements in items_at(at_level(row, days.level), days.path[:-1])
                )
        for level in LEVELS:
            # A universal key asks for nothing, within a sequence neither for an item.
            asked = [term for term in terms if not (isinstance(term[2], str) and re.fullmatch(r"\**", term[2].strip()))]
            conditions = [(key.path, key.vr, value) for key, _, value in asked if key.level == level]
            if conditions and not items_match(at_level(row, level), conditions, options):
                return False
        return True

    @staticmethod
    def belong(days, hours):
        words = [keyword_for_tag(int(key.path[-1], 16)) for key in (days, hours)]
        return days.path[:-1] == hours.path[:-1] and words[0].replace("Date", "Time") == words[1]


def main():
    seed, count, statement = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    keys = keys_of_statement(statement)
    archive = Archive([line.rstrip("\n") for line in sys.stdin], keys)
    queries = Queries(archive, keys, seed)
    for query in queries.exhaustive() if count == 0 else queries.drawn(count):
        print(json.dumps(query), flush=True)


if __name__ == "__main__":
    main()
