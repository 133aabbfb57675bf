from _kilter import unknown


def _random(*args, **kwargs):
    return unknown("it is random")


token_urlsafe = token_hex = token_bytes = choice = choices = randint = random = uniform = _random
sample = shuffle = randrange = uuid4 = uuid1 = getrandbits = randbelow = getnode = _random
time = monotonic = perf_counter = strftime = ctime = localtime = gmtime = time_ns = _random
SystemRandom = _random
