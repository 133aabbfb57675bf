"""Says of each setting how kilter's answer stands to Python's.

exact     equal in type and value
near      the same text or items in another wrapper
partial   what is claimed is right, and something inside is unknown
unknown   kilter says that it does not know
varies    it depends on the host, and kilter says that it does not know
opaque    an object, or out of a module that is not installed: nothing to check
missing   kilter does not mention it
wrong     kilter claims what Python does not have
"""

import json
import re

CLASSES = ("exact", "near", "partial", "unknown", "varies", "opaque", "missing", "wrong")
RELEVANT = re.compile(
    r"(SECURE|SESSION_COOKIE|CSRF_COOKIE|LANGUAGE_COOKIE|EMAIL|CELERY|WHITENOISE|CORS)_.*"
    r"|SECRET_KEY(_FALLBACKS)?|DEBUG|ALLOWED_HOSTS|DATABASES|DATABASE_ROUTERS|CACHES|BASE_DIR|STORAGES"
    r"|STATIC_(URL|ROOT)|STATICFILES_(DIRS|STORAGE|FINDERS)|DEFAULT_FILE_STORAGE|MEDIA_(URL|ROOT)"
    r"|FILE_UPLOAD_(TEMP_DIR|PERMISSIONS|MAX_MEMORY_SIZE)|DATA_UPLOAD_MAX_MEMORY_SIZE"
    r"|CSRF_TRUSTED_ORIGINS|X_FRAME_OPTIONS|USE_X_FORWARDED_(HOST|PORT)|FORCE_SCRIPT_NAME|PREPEND_WWW"
    r"|SESSION_(ENGINE|CACHE_ALIAS)|DEFAULT_FROM_EMAIL|SERVER_EMAIL|ADMINS|MANAGERS|INTERNAL_IPS"
    r"|MIDDLEWARE|INSTALLED_APPS|ROOT_URLCONF|[WA]SGI_APPLICATION|TEMPLATES|LOGGING(_CONFIG)?"
    r"|CHANNEL_LAYERS|BROKER_URL|Q_CLUSTER|RQ_QUEUES|REDIS_(URL|HOST|PORT)|SILENCED_SYSTEM_CHECKS"
    r"|TIME_ZONE|USE_TZ|SITE_URL|FRONTEND_URL|AWS_(STORAGE_BUCKET_NAME|S3_CUSTOM_DOMAIN|S3_ENDPOINT_URL)"
)
SEQUENCES = ("$tuple", "$set", "$frozenset")


def is_relevant(name):
    return RELEVANT.fullmatch(name) is not None


def is_unknown(answer):
    return isinstance(answer, dict) and ("$unknown" in answer or "$masked" in answer)


def is_opaque(truth):
    return isinstance(truth, dict) and ("$stub" in truth or "$ref" in truth or "$type" in truth and "$value" not in truth)


def tag(encoded):
    """The wrapper of an encoded value, if it has one."""
    if isinstance(encoded, dict):
        return next((key for key in encoded if key.startswith("$") and key != "$unknown_items"), None)
    return None


def bare(encoded):
    """Without the wrappers whose difference says little."""
    if isinstance(encoded, list):
        return [bare(it) for it in encoded]
    if not isinstance(encoded, dict):
        return encoded
    inner = next((key for key in ("$value", "$path", "$decimal", "$uuid", "$int", "$regex", *SEQUENCES) if key in encoded), None)
    if inner:
        return bare(encoded[inner])
    if "$float" in encoded and float(encoded["$float"]).is_integer():
        return int(float(encoded["$float"]))
    if "$lazy" in encoded and len(encoded.get("$args", [])) == 1:
        return bare(encoded["$args"][0])
    return {key: bare(it) for key, it in encoded.items()}


def same(one, other):
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def judge(truth, answer):
    """What holds of the leaves: some of ok, near, unknown, varies, opaque, wrong."""
    if is_unknown(answer):
        return {"varies"} if tag(truth) == "$varies" else {"opaque"} if is_opaque(truth) else {"unknown"}
    if tag(truth) == "$varies":
        return {"wrong"}
    if tag(truth) == "$stub":
        return {"opaque"}
    if is_opaque(truth):
        if same(truth, answer):
            return {"ok"}
        return {"opaque"} if tag(answer) in ("$type", "$ref", "$stub") else {"wrong"}
    for wrapped, plain, other in ((truth, answer, False), (answer, truth, True)):
        if tag(wrapped) in ("$type", "$value") and "$value" in wrapped and "$value" not in (plain if isinstance(plain, dict) else ()):
            return judge(plain, wrapped["$value"]) | {"near"} if other else judge(wrapped["$value"], plain)
    if isinstance(truth, dict) and "$value" in truth:
        return judge(truth["$value"], answer["$value"])
    items, others = sequence(truth), sequence(answer)
    if items is not None and others is not None:
        of_one_kind = {"ok"} if tag(truth) == tag(answer) else {"near"}
        return judge_items(items, others, tag(truth) in ("$set", "$frozenset")) | of_one_kind
    if tag(truth) == "$dict" and isinstance(answer, dict) and tag(answer) in (None, "$dict"):
        return judge_entries(by_key(truth), by_key(answer))
    if isinstance(truth, dict) and isinstance(answer, dict) and tag(truth) is None and tag(answer) is None:
        return judge_entries(truth, answer)
    if same(truth, answer):
        return {"ok"}
    return {"near"} if same(bare(truth), bare(answer)) else {"wrong"}


def by_key(encoded):
    """A dict whose keys are no texts, or may be none."""
    if "$dict" in encoded:
        return {json.dumps(key, sort_keys=True): it for key, it in encoded["$dict"]}
    return {key if key == "$unknown_items" else json.dumps(key): it for key, it in encoded.items()}


def sequence(encoded):
    if isinstance(encoded, list):
        return encoded
    return encoded[tag(encoded)] if tag(encoded) in SEQUENCES else None


def judge_entries(truth, answer):
    open_ended = "$unknown_items" in answer
    found = {"ok", "unknown"} if open_ended else {"ok"}
    for key, value in truth.items():
        found |= judge(value, answer[key]) if key in answer else {"unknown" if open_ended else "wrong"}
    for key, value in answer.items():
        if key not in truth and key != "$unknown_items":
            found |= {"unknown" if is_unknown(value) else "wrong"}
    return found


def judge_items(truth, answer, unordered):
    if any(isinstance(it, dict) and str(it.get("$stub", "")).endswith("[*]") for it in truth):
        return {"opaque"}
    if unordered:
        truth, answer = (sorted(it, key=lambda item: json.dumps(item, sort_keys=True)) for it in (truth, answer))
    holes = [at for at, it in enumerate(answer) if isinstance(it, dict) and "$unknown_items" in it]
    if not holes:
        if len(truth) != len(answer):
            return {"wrong"}
        return set().union({"ok"}, *(judge(a, b) for a, b in zip(truth, answer)))
    head, tail = answer[: holes[0]], answer[holes[-1] + 1 :]
    known = len(answer) - len(holes)
    if known > len(truth):
        return {"wrong"}
    ends = [*zip(truth, head), *zip(truth[len(truth) - len(tail) :], tail)]
    between = truth[len(head) : len(truth) - len(tail)]
    rightly = known == len(head) + len(tail) and between and all(tag(it) == "$varies" for it in between)
    found = set().union({"varies" if rightly else "unknown"}, *(judge(a, b) for a, b in ends))
    at, end = len(head), len(truth) - len(tail)
    for item in answer[holes[0] : holes[-1]]:
        if isinstance(item, dict) and "$unknown_items" in item:
            continue
        while at < end and "wrong" in judge(truth[at], item):
            at += 1
        if at == end:
            return {"wrong"}
        at += 1
    return found


def classify(truth, answer):
    found = judge(truth, answer)
    if "wrong" in found:
        return "wrong"
    if is_unknown(answer):
        return "varies" if "varies" in found else "opaque" if is_opaque(truth) else "unknown"
    if "unknown" in found:
        return "partial"
    if "varies" in found:
        return "varies"
    if "near" in found:
        return "near"
    return "opaque" if "opaque" in found and "ok" not in found else "exact"


def raised(answer):
    error = answer.get("error")
    return error if isinstance(error, dict) and "type" in error else None


def compare(truth, answer):
    """How the two agree on whether it raises, and the class of each setting."""
    error, told, perhaps = raised(truth), raised(answer), answer.get("$maybe_error")
    if error:
        if not told:
            return "raise, perhaps told" if perhaps else "raise MISSED", {}
        alike = told["type"].rsplit(".")[-1] == error["type"].rsplit(".")[-1]
        at_line = (told.get("file"), told.get("line")) == (error.get("file"), error.get("line"))
        if alike and (at_line or not told.get("file") or not error.get("file")):
            return "raise told", {}
        return "raise told, at another line" if alike else "raise told, of another type", {}
    if told:
        return "FALSE raise", {}
    classes = {name: classify(it, answer[name]) if name in answer else "missing" for name, it in truth.items()}
    for name, it in answer.items():
        if name not in truth and name.isupper() and not is_unknown(it):
            classes[name] = "wrong"
    return "no raise, perhaps told" if perhaps else "no raise", classes
