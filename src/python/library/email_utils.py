from _kilter import unknown


def getaddresses(fieldvalues, **kwargs):
    pairs = []
    for field in fieldvalues:
        if '"' in field or "(" in field or "\\" in field:
            return unknown("the addresses are not parsed")
        for part in field.split(","):
            part = part.strip()
            if not part:
                continue
            if "<" in part and part.endswith(">"):
                name, _, address = part[:-1].partition("<")
                pairs.append((name.strip(), address.strip()))
            elif " " in part:
                return unknown("the addresses are not parsed")
            else:
                pairs.append(("", part))
    return pairs


def parseaddr(address, **kwargs):
    pairs = getaddresses([address])
    return pairs[0] if pairs else ("", "")


def formataddr(pair, charset="utf-8"):
    name, address = pair
    if not name:
        return address
    if not name.isascii():
        return unknown("the name is encoded")
    quotes = '"' if any(c in '()<>@,:;".[]\\' for c in name) else ""
    if '"' in name or "\\" in name:
        return unknown("the name is quoted")
    return f"{quotes}{name}{quotes} <{address}>"
