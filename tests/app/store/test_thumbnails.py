"""Small pictures: kept by content, written together, dropped by age, never in anybody's way."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.store.thumbnails import FILE, ThumbnailFile

LIMITED = """
import resource, signal, sys
from pathlib import Path
from app.store.thumbnails import ThumbnailFile

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = ThumbnailFile(Path(sys.argv[1]))
file.put("before", bytes(1000))
file.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
file.put("large", bytes(1_000_000))
file.flush()
print(len(file.get("before")), file.get("large"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
file.put("after", b"new")
file.flush()
print(len(file.get("after")))
file.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "thumbnails" / FILE


@pytest.fixture
def thumbnails(path: Path) -> Iterator[ThumbnailFile]:
    made = ThumbnailFile(path)
    yield made
    made.close()


def _on_disk(path: Path) -> dict[str, int]:
    """What another connection sees: key → size, the longest unused first."""
    connection = sqlite3.connect(path)
    try:
        return dict(connection.execute("SELECT key, length(jpeg) FROM thumbnail ORDER BY used").fetchall())
    finally:
        connection.close()


def test_what_is_not_written_yet_is_served_and_written_on_flush(
    thumbnails: ThumbnailFile, path: Path
) -> None:
    assert thumbnails.get("a") is None
    thumbnails.put("a", b"one")
    assert thumbnails.get("a") == b"one"
    assert _on_disk(path) == {}
    thumbnails.flush()
    assert _on_disk(path) == {"a": 3}
    assert thumbnails.get("a") == b"one"


def test_pictures_are_written_sixty_four_at_a_time(thumbnails: ThumbnailFile, path: Path) -> None:
    thumbnails.put("first", b"x")
    thumbnails.flush()
    for number in range(64):
        thumbnails.put(f"{number}", bytes(number + 1))
    assert len(_on_disk(path)) > 1


def test_the_newest_picture_of_a_key_stays_across_openings(thumbnails: ThumbnailFile, path: Path) -> None:
    for content in (b"one", b"two!", b"three"):
        thumbnails.put("a", content)
        thumbnails.flush()
    thumbnails.close()
    again = ThumbnailFile(path)
    assert again.get("a") == b"three"
    again.close()


def test_the_longest_unused_go_first_and_a_look_counts(thumbnails: ThumbnailFile, path: Path) -> None:
    thumbnails.limit = 4_000
    for key in "abcd":
        thumbnails.put(key, bytes(1_000))
    thumbnails.flush()
    assert thumbnails.get("a") is not None
    thumbnails.put("b", bytes(500))  # replaced: 500 bytes are free again
    thumbnails.put("e", bytes(500))
    thumbnails.flush()
    assert list(_on_disk(path)) == ["c", "d", "a", "b", "e"]
    thumbnails.put("f", bytes(1_001))
    thumbnails.flush()
    assert list(_on_disk(path)) == ["a", "b", "e", "f"]


def test_the_limit_counts_what_earlier_openings_kept_and_may_be_lowered(path: Path) -> None:
    before = ThumbnailFile(path)
    for number in range(1_200):
        before.put(f"{number:04}", bytes(10))
    before.close()
    after = ThumbnailFile(path)
    after.limit = 100
    assert after.get("1195") is not None
    after.close()
    assert list(_on_disk(path)) == [f"{n:04}" for n in range(1_190, 1_200) if n != 1_195] + ["1195"]


def test_many_threads_put_and_get_at_once(thumbnails: ThumbnailFile, path: Path) -> None:
    def work(thread: int) -> int:
        found = 0
        for number in range(300):
            key = f"{thread}-{number}"
            thumbnails.put(key, key.encode())
            found += thumbnails.get(key) == key.encode()
            found += thumbnails.get(f"{thread}-{number // 2}") == f"{thread}-{number // 2}".encode()
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [600] * 4
    thumbnails.flush()
    assert len(_on_disk(path)) == 1_200


@pytest.mark.parametrize("damage", ["garbage", "old version", "cut short"])
def test_a_file_that_cannot_be_used_is_made_anew(path: Path, damage: str) -> None:
    made = ThumbnailFile(path)
    made.put("a", bytes(9_000))
    made.close()
    content = bytearray(path.read_bytes())
    match damage:
        case "garbage":
            content[:100] = b"x" * 100
        case "old version":
            content[60:64] = b"\0\0\0\x63"  # user_version, in the file's header
        case _:
            del content[4096:]
    path.write_bytes(content)
    again = ThumbnailFile(path)
    assert again.get("a") is None
    again.put("a", b"anew")
    again.flush()
    assert _on_disk(path) == {"a": 4}
    again.close()


def test_damage_met_in_mid_work_is_no_failure_and_heals_with_the_next_opening(path: Path) -> None:
    made = ThumbnailFile(path)
    for number in range(500):
        made.put(f"{number:03}", bytes(900))
    made.close()
    content = bytearray(path.read_bytes())
    content[100_000:400_000] = b"\xff" * 300_000
    path.write_bytes(content)
    broken = ThumbnailFile(path)
    assert None in [broken.get(f"{number:03}") for number in range(500)]
    broken.put("a", b"x")
    broken.close()
    again = ThumbnailFile(path)
    again.put("a", b"anew")
    again.close()
    assert _on_disk(path) == {"a": 4}


def test_a_folder_that_cannot_be_made_is_no_failure(path: Path) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("a file in its place")
    made = ThumbnailFile(path)
    made.put("a", b"one")
    assert made.get("a") == b"one"
    made.flush()
    assert made.get("a") is None
    made.close()


def test_a_full_disk_is_no_failure_and_what_was_written_before_stays(path: Path) -> None:
    """The operating system refuses growth in another process."""
    limited = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=False
    )
    assert limited.stderr == ""
    assert limited.stdout.split() == ["1000", "None", "3"], "kept, refused, and taken again"
    assert _on_disk(path) == {"before": 1_000, "after": 3}


def test_after_closing_nothing_is_taken(path: Path) -> None:
    made = ThumbnailFile(path)
    made.put("a", b"one")
    made.close()
    made.put("b", b"two")
    made.flush()
    assert made.get("a") is None
    assert _on_disk(path) == {"a": 3}
