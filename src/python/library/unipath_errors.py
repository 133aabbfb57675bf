class UnsafePathError(ValueError): pass
