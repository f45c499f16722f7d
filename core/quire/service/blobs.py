"""Files that belong to no job (yet), such as payloads that are uploaded before their submission.

They are forgotten after a day. What belongs to a job is kept with it; see ``items``.
"""

from datetime import datetime

import attrs

from quire.clock import Clock, to_datetime, to_microseconds
from quire.errors import ConflictError, InputError
from quire.service.definition import MAX_PAYLOAD_BYTES, check_name, check_size
from quire.service.store import Store
from quire.service.store import blobs as statements

LIFETIME_US = 24 * 3600 * 1_000_000
"""How long a file stays that no job has taken over."""
MAX_CONTAINER_LENGTH = 128
OCTET_STREAM = "application/octet-stream"


@attrs.frozen
class Blob:
    """A file.

    Attributes:
        name: Its name within its container.
        size: Its size in bytes.
        content_type: Its media type, as the uploader named it.
        creation_time: When it was uploaded; aware, in UTC.
        data: Its content; empty in lists.
    """

    name: str
    size: int
    content_type: str = OCTET_STREAM
    creation_time: datetime | None = None
    data: bytes = attrs.field(default=b"", repr=False)


class Blobs:
    """The files of a workspace that belong to no job."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Begins to keep a store.

        Args:
            store: Where the files lie.
            clock: What time it is.
        """
        self._store = store
        self._clock = clock

    def put(
        self,
        container: str,
        name: str,
        data: bytes,
        content_type: str = OCTET_STREAM,
        *,
        replace: bool = True,
    ) -> None:
        """Keeps a file.

        Args:
            container: Its container; there is no need to make one first.
            name: Its name within the container.
            data: Its content.
            content_type: Its media type.
            replace: Whether it may take the place of an earlier one.

        Raises:
            ConflictError: There is one of that name, and it is not to be replaced.
            InputError: A name is wrong, or the file too large.
        """
        _check_place(container, name)
        check_size("file", len(data))
        with self._store.transaction() as db:
            now = self._clock.now()
            if not statements.insert_blob(db, container, name, now, content_type, data, replace=replace):
                raise _taken(container, name)

    def put_block(self, container: str, name: str, block_id: str, data: bytes) -> None:
        """Keeps a part of a file, to be put together by :meth:`joined`.

        Raises:
            InputError: A name is wrong, or the parts together too large.
        """
        _check_place(container, name)
        check_name("blockid", block_id, 128)
        with self._store.transaction() as db:
            if statements.blocks_size(db, container, name) + len(data) > MAX_PAYLOAD_BYTES:
                raise InputError(
                    f"the file has more than the {MAX_PAYLOAD_BYTES:,} bytes that are allowed",
                    argument="file",
                )
            statements.insert_block(db, container, name, block_id, self._clock.now(), data)

    def joined(self, container: str, name: str, block_ids: list[str]) -> bytes:
        """A file put together from its parts, in the given order.

        Raises:
            InputError: A part is missing, or the file too large.
        """
        with self._store.reading() as reader:
            found = statements.blocks(reader, container, name, block_ids)
        missing = [block_id for block_id in block_ids if block_id not in found]
        if missing:
            raise InputError(f"block {missing[0]!r} has not been uploaded", argument="blocklist")
        # A list may name a part more than once, so the size is checked before the parts are joined.
        if sum(len(found[block_id]) for block_id in block_ids) > MAX_PAYLOAD_BYTES:
            raise InputError("the block list makes a file that is too large", argument="blocklist")
        return b"".join(found[block_id] for block_id in block_ids)

    def delete_blocks(self, container: str, name: str) -> None:
        """Forgets the parts of a file."""
        with self._store.transaction() as db:
            statements.delete_blocks(db, container, name)

    def get(self, container: str, name: str, most: int | None = None) -> Blob | None:
        """A file with its content.

        Args:
            container: Its container.
            name: Its name within the container.
            most: How many bytes it may have; None for any number.

        Returns:
            The file; None if there is none of that name, or a larger one, which is not read.
        """
        with self._store.reading() as reader:
            row = statements.blob(reader, container, name, most)
        if row is None:
            return None
        data, content_type, created_at = row
        return Blob(name, len(data), content_type, to_datetime(created_at), data)

    def entries(self, container: str) -> list[Blob]:
        """A container's files by name, without their content."""
        with self._store.reading() as reader:
            rows = statements.blobs(reader, container)
        return [Blob(name, size, kind, to_datetime(created)) for name, size, kind, created in rows]

    def forget(self, container: str, name: str, uploaded: datetime) -> None:
        """Forgets a file that was uploaded at that time; one that has come into its place since stays."""
        with self._store.transaction() as db:
            statements.delete_blob(db, container, name, to_microseconds(uploaded))

    def delete_container(self, container: str) -> None:
        """Forgets all files of a container."""
        with self._store.transaction() as db:
            statements.delete_container(db, container)

    def expire(self) -> int:
        """Forgets the files that no job has taken over in time; how many there were."""
        with self._store.transaction() as db:
            return statements.delete_older(db, self._clock.now() - LIFETIME_US)


def _check_place(container: str, name: str) -> None:
    check_name("container", container, MAX_CONTAINER_LENGTH)
    check_name("blob", name)


def _taken(container: str, name: str) -> ConflictError:
    return ConflictError(f"there is a file {name!r} in {container!r}", kind="blob", name=name)
