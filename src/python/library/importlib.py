from _kilter import import_module
