"""Every hostile input is shown truthfully or refused in words."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from mtss.images import ImageProblem, Use, decode_image, load_model_input, model_input, open_image, thumbnail


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(width: int = 400, height: int = 200) -> Image.Image:
    """Left red, right blue."""
    image = Image.new("RGB", (width, height), (220, 10, 10))
    image.paste((10, 10, 220), (width // 2, 0, width, height))
    return image


def pixel(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    value = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(value, tuple)
    return tuple(int(v) for v in value)


def near(value: tuple[int, ...], expected: tuple[int, ...], tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(value, expected, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 90, 3)).astype(np.uint8))
    content = encoded(noise, kind)
    with pytest.raises(ImageProblem, match=r"truncated|damaged|not an image"):
        decode_image(content[: len(content) * 2 // 3])


def test_truncated_jpeg_is_called_that_at_reduced_scale_too() -> None:
    content = encoded(halves(1600, 1200), "JPEG")
    with pytest.raises(ImageProblem, match="truncated"):
        decode_image(content[: len(content) // 2], use=Use(inside=(128, 128)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"no picture at all", "not an image"),
        (b"\xff\xd8\xff", "not an image|damaged|truncated"),
    ],
)
def test_no_image(content: bytes, words: str) -> None:
    with pytest.raises(ImageProblem, match=words):
        decode_image(content)


def test_renamed_file_is_opened_by_content(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(halves(), "PNG"))
    assert near(pixel(open_image(path), 0, 0.5), (220, 10, 10))


def test_missing_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.jpg", tmp_path):
        with pytest.raises(ImageProblem, match="cannot be read"):
            open_image(path)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))


@pytest.mark.parametrize("size", [(30_000, 31_000), (15_000, 14_000)])
def test_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(ImageProblem, match="too"):
        decode_image(png_header(*size))


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(8, axis=0)
    grey = np.asarray(decode_image(encoded(Image.fromarray(ramp), "PNG")))[0, :, 0]
    assert np.abs(grey.astype(int) - np.arange(256)).max() <= 1


def test_cmyk() -> None:
    image = decode_image(encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG"))
    assert image.mode == "RGB"
    red, green, blue = pixel(image, 0.5, 0.5)
    assert red > 180 > 90 > max(green, blue)


def test_profile_is_converted_and_a_broken_one_ignored() -> None:
    lab = ImageCms.createProfile("LAB")
    profile = ImageCms.ImageCmsProfile(lab).tobytes()
    plain = Image.new("RGB", (10, 10), (200, 100, 50))
    assert near(pixel(decode_image(encoded(plain, "PNG", icc_profile=profile)), 0, 0), (200, 100, 50), 1)
    assert near(pixel(decode_image(encoded(plain, "PNG", icc_profile=b"junk" * 50)), 0, 0), (200, 100, 50), 1)
    linear = gamma_profile(1.0)
    converted = pixel(decode_image(encoded(plain, "PNG", icc_profile=linear)), 0, 0)
    assert converted[1] > 150  # 100/255 of linear light is a bright sRGB value (about 168)


def gamma_profile(gamma: float) -> bytes:
    """sRGB's profile with its tone curves replaced by a pure power: other colours for the same numbers."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", content[128:132])[0]
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"
    start = len(content)
    content += curve
    for n in range(count):
        at = 132 + 12 * n
        if bytes(content[at : at + 4]) in (b"rTRC", b"gTRC", b"bTRC"):
            content[at + 4 : at + 12] = struct.pack(">II", start, 14)
        if bytes(content[at : at + 4]) == b"desc":
            offset, size = struct.unpack(">II", content[at + 4 : at + 12])
            content[offset : offset + size] = bytes(content[offset : offset + size]).replace(b"s\0R", b"x\0X")
    content[0:4] = struct.pack(">I", len(content))
    return bytes(content)


def test_exif_rotation_with_and_without_draft_and_box() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show rotated 90° clockwise
    content = encoded(halves(1600, 800), "JPEG", exif=exif)
    for use in (None, Use(inside=(100, 200)), Use(over=(100, 200))):
        image = decode_image(content, use=use)
        assert image.height > image.width
        assert near(pixel(image, 0.5, 0.1), (220, 10, 10))
        assert near(pixel(image, 0.5, 0.9), (10, 10, 220))
        lower = decode_image(content, box=(0, 900, 800, 600), use=use)
        assert near(pixel(lower, 0.5, 0.1), (10, 10, 220))


def test_animation_gives_the_first_frame() -> None:
    first, second = Image.new("P", (20, 20), 0), Image.new("P", (20, 20), 1)
    for frame in (first, second):
        frame.putpalette([200, 0, 0, 0, 0, 200])
    content = encoded(first, "GIF", save_all=True, append_images=[second])
    assert near(pixel(decode_image(content), 0.5, 0.5), (200, 0, 0))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_white(mode: str) -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((40, 40, 40, 255), (0, 0, 10, 20))
    shown = decode_image(encoded(image.convert(mode), "PNG"))
    assert pixel(shown, 0.9, 0.5) == (255, 255, 255)
    assert near(pixel(shown, 0.1, 0.5), (40, 40, 40), 6)


@pytest.mark.parametrize("name", [b"caf\xe9.png", "naïve 🦓.png".encode(), b"new\nline.png"])
def test_odd_names(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(encoded(halves(), "PNG"))
    assert open_image(path).size == (400, 200)


def test_box_and_its_limits() -> None:
    content = encoded(halves(), "PNG")
    right = decode_image(content, box=(250, 0, 500, 100))
    assert right.size == (150, 100)
    assert near(pixel(right, 0, 0), (10, 10, 220))
    with pytest.raises(ImageProblem, match="outside"):
        decode_image(content, box=(500, 0, 10, 10))


def test_model_input_fills_the_whole_input() -> None:
    pixels = model_input(halves(), (160, 128))
    assert pixels.shape == (160, 128, 3)
    assert pixels.dtype == np.uint8
    for row in (0, 80, 159):
        assert near(tuple(pixels[row, 20].tolist()), (220, 10, 10))
        assert near(tuple(pixels[row, 110].tolist()), (10, 10, 220))


def test_what_is_stretched_is_decoded_with_enough_pixels_on_its_shorter_side() -> None:
    content = encoded(halves(4000, 1000), "JPEG")
    assert decode_image(content, use=Use(inside=(256, 256))).size == (500, 125)
    assert decode_image(content, use=Use(over=(192, 240))).size == (1000, 250)
    both = Use(inside=(2000, 2000), over=(192, 240))
    assert decode_image(content, use=both).size == (2000, 500)


def test_one_decode_gives_thumbnail_and_input(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(encoded(halves(2000, 2400), "JPEG"))
    image = open_image(path, use=Use(inside=(256, 256)))
    assert max(image.size) <= 600  # decoded at a reduced scale
    small = decode_image(thumbnail(image))
    assert max(small.size) == 256
    full = model_input(open_image(path), (160, 128)).astype(int)
    assert np.abs(full - load_model_input(path, (160, 128)).astype(int)).mean() < 3


def test_extreme_shapes() -> None:
    for size in ((4000, 1), (1, 4000), (1, 1)):
        assert model_input(decode_image(encoded(Image.new("RGB", size), "PNG")), (160, 128)).shape[2] == 3
