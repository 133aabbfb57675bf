from _kilter import import_module
import importlib.util as util
