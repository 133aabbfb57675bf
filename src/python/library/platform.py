from _kilter import unknown


def _host(*args, **kwargs):
    return unknown("every host has its own")


node = machine = release = version = platform = uname = processor = _host
python_version = python_implementation = architecture = _host


# As `sys.platform` has it: what is judged runs in containers and under systemd.
def system():
    return "Linux"
