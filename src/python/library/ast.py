from _kilter import literal


def literal_eval(text):
    return literal(text)
