"""From any Pillow mode to 8-bit sRGB: depth, palette, transparency, CMYK and colour profiles."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

WHITE = (255, 255, 255)
SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N")


def to_srgb(image: Image.Image) -> Image.Image:
    """8-bit sRGB on white. Raises ImageCms.PyCMSError only when a needed conversion cannot be built."""
    profile = image.info.get("icc_profile")
    if image.mode in SIXTEEN_BIT or image.mode in ("I", "F"):
        image = _to_eight_bits(image)
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") else None
    colour = _apply_profile(_without_alpha(image), profile)
    if alpha is None or alpha.getextrema() == (255, 255):
        return colour
    white = Image.new("RGB", colour.size, WHITE)
    white.paste(colour, mask=alpha)
    return white


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Scale grey levels truthfully: `convert("RGB")` would clip 16-bit values to white."""
    values = np.asarray(image).astype(np.float64)
    if image.mode == "F":
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255.0 / (high - low)) if high > low else np.zeros_like(values)
    else:
        # "I" carries 16-bit PNG and PGM in some releases; larger values are scaled by their own maximum
        top = 65535.0 if values.max(initial=0.0) <= 65535 else float(values.max())
        scaled = values * (255.0 / top)
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def _without_alpha(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "RGBa"):
        return image.convert("RGB") if image.mode == "RGBA" else image.convert("RGBA").convert("RGB")
    if image.mode in ("LA", "La"):
        return image.convert("LA").convert("L")
    if image.mode in ("P", "PA", "1", "HSV", "YCbCr"):
        return image.convert("RGB")
    return image


def _apply_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the embedded profile, where it fits the picture; colour labels depend on it."""
    if not profile or image.mode not in ("RGB", "L", "CMYK", "LAB"):
        return _plain(image)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ValueError, ImageCms.PyCMSError):
        return _plain(image)  # a damaged profile is treated as absent, as browsers do
    if _is_srgb(source):
        return _plain(image)
    target = ImageCms.createProfile("sRGB")
    try:
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ValueError, ImageCms.PyCMSError):
        return _plain(image)  # a profile of another colour space than the pixels
    return _plain(image) if converted is None else converted


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    description = ImageCms.getProfileDescription(profile).lower()
    return "srgb" in description and "linear" not in description


def _plain(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")
