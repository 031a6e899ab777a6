"""A folder of files that break careless software, and what each is expected to come to."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

GOOD = {
    "sixteen-bit.png",
    "cmyk.jpg",
    "tagged.jpg",
    "animated.gif",
    "rotated.jpg",
    "new\nline.jpg",
    "emoji 👗.jpg",
    "same.jpg",
    "nested/same.jpg",
}
BROKEN = {"truncated.jpg", "empty.jpg", "renamed.jpg", "bomb.png"}


def write_odd_files(folder: Path) -> None:
    """Write them; one more has a name that is not UTF-8, and a symbolic link leads back to the folder."""
    folder.mkdir(parents=True)
    picture = Image.fromarray(np.tile(np.arange(240, dtype=np.uint8)[:, None, None], (1, 160, 3)))
    (folder / "nested").mkdir()
    for name in ("same.jpg", "nested/same.jpg", "new\nline.jpg", "emoji 👗.jpg", "whole.jpg"):
        picture.rotate(len(name)).save(folder / name, "JPEG")
    (folder / "whole.jpg").rename(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.jpg"))
    whole = (folder / "same.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "renamed.jpg").write_text("a shopping list, not a picture")
    (folder / "bomb.png").write_bytes(_png_header(60_000, 60_000))
    ramp = np.linspace(0, 65535, 160 * 240, dtype=np.uint16).reshape(240, 160)
    Image.fromarray(ramp).save(folder / "sixteen-bit.png")
    picture.convert("CMYK").save(folder / "cmyk.jpg", "JPEG")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(folder / "tagged.jpg", "JPEG", icc_profile=profile)
    frames = [picture.rotate(90 * n).convert("P") for n in range(3)]
    frames[0].save(folder / "animated.gif", save_all=True, append_images=frames[1:], duration=100)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(folder / "rotated.jpg", "JPEG", exif=exif)
    (folder / "nested" / "back").symlink_to(folder, target_is_directory=True)


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size no machine should decode."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )
