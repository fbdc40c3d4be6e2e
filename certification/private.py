"""Files that have no address: proofs of training elsewhere. A view opens them after it has asked who may read."""

from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateFiles(FileSystemStorage):
    """A folder beside the published one, readable by the site's own user only."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    # Asked for each time: tests and tools move the folder.
    @property
    def base_location(self) -> Path:  # type: ignore[override]
        return Path(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:  # type: ignore[override]
        return str(self.base_location.resolve())

    def url(self, name: str | None) -> NoReturn:
        """There is none."""
        raise ValueError("A private file has no address.")
