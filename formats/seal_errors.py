"""Why a paper cannot be sealed: one class a reason, whose name becomes the code that a stopped batch shows."""


class SealError(Exception):
    """A paper cannot be sealed; the text says why in one plain sentence."""


class SealKeyMissing(SealError):
    """No key or no certificate was given."""


class SealKeyWrong(SealError):
    """The key cannot be opened, does not belong to the certificate, or may not sign."""


class SealKeyExpired(SealError):
    """The certificate of the key is past its last day."""


class SealKeyNotYetValid(SealError):
    """The certificate of the key begins later."""


class SealDeviceFailed(SealError):
    """The device or the service that holds the key did not answer or refused."""


class SealTimestampFailed(SealError):
    """The time-stamp authority did not answer or refused."""


class SealRevocationUnknown(SealError):
    """Nobody can say now whether the certificate of the key, or that of the time stamp, was taken back."""


class SealDocumentWrong(SealError):
    """What should be sealed is no PDF that can be sealed."""
