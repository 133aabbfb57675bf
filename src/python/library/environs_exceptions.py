class EnvError(ValueError): pass
class EnvNotSetError(EnvError): pass


class EnvValidationError(EnvError):
    def __init__(self, message, error_messages=None):
        self.error_messages = error_messages
        self.args = (message,)


class EnvSealedError(EnvError): pass
class ParserConflictError(ValueError): pass
class ValidationError(Exception): pass
