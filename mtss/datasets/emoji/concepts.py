"""Which emoji are drawings of one thing: variants of skin tone, gender and direction share a concept."""

from __future__ import annotations

from types import MappingProxyType

TONES = MappingProxyType(
    {0x1F3FB: "light", 0x1F3FC: "medium-light", 0x1F3FD: "medium", 0x1F3FE: "medium-dark", 0x1F3FF: "dark"}
)
FEMALE, MALE = "female", "male"
JOINER, EMOJI_STYLE, TO_THE_RIGHT = 0x200D, 0xFE0F, 0x27A1
FEMALE_SIGN, MALE_SIGN = 0x2640, 0x2642
HEART, KISS, HANDSHAKE, BOTTLE, TREE = 0x2764, 0x1F48B, 0x1F91D, 0x1F37C, 0x1F384
PERSON, CHILD, FAMILY = 0x1F9D1, 0x1F9D2, 0x1F46A
HANDS, KISSING, COUPLE = 0x1F46B, 0x1F48F, 0x1F491  # two people in one sign
NURSING, SANTA = 0x1F931, 0x1F385

# The same person, said with a gender (Unicode's names) → said without one.
NEUTRAL = MappingProxyType(
    {
        0x1F468: PERSON, 0x1F469: PERSON, 0x1F466: CHILD, 0x1F467: CHILD,
        0x1F474: 0x1F9D3, 0x1F475: 0x1F9D3,  # older person
        0x1F934: 0x1FAC5, 0x1F478: 0x1FAC5,  # with crown
        0x1F930: 0x1FAC4, 0x1FAC3: 0x1FAC4,  # pregnant
        0x1F57A: 0x1F483, 0x1F936: SANTA, 0x1F46C: HANDS, 0x1F46D: HANDS,
    }
)  # fmt: skip
# The same scene, spelled as a sequence → as one sign.
SCENES: MappingProxyType[tuple[int, ...], tuple[int, ...]] = MappingProxyType(
    {
        (PERSON, HANDSHAKE, PERSON): (HANDS,),
        (PERSON, HEART, KISS, PERSON): (KISSING,),
        (PERSON, HEART, PERSON): (COUPLE,),
        (PERSON, BOTTLE): (NURSING,),
        (PERSON, TREE): (SANTA,),
    }
)
WOMEN = frozenset({0x1F469, 0x1F467, 0x1F475, 0x1F478, 0x1F936, 0x1F930, 0x1F483, 0x1F9D5, 0x1F46D, HANDS})
MEN = frozenset({0x1F468, 0x1F466, 0x1F474, 0x1F934, SANTA, 0x1FAC3, 0x1F57A, 0x1F46C, HANDS})
SPELLING = frozenset({*TONES, JOINER, EMOJI_STYLE, TO_THE_RIGHT})


def code_points(unified: str) -> tuple[int, ...]:
    """ "1F3C3-200D-2640-FE0F" as numbers. Raises ValueError."""
    return tuple(int(part, 16) for part in unified.split("-"))


def concept_of(points: tuple[int, ...]) -> str:
    """The name that all variants share: their code points without tone, gender and direction."""
    plain = tuple(p for p in points if p not in SPELLING)
    people = tuple(NEUTRAL.get(p, p) for p in plain if len(plain) == 1 or p not in (FEMALE_SIGN, MALE_SIGN))
    if len(people) > 1 and set(people) <= {PERSON, CHILD}:
        people = (FAMILY,)
    return "-".join(f"{p:x}" for p in SCENES.get(people, people) or points)


def genders_of(points: tuple[int, ...]) -> tuple[str, ...]:
    """The genders that an emoji names, female first; the sign ♀ alone is no person."""
    signs = set(points) if len(points) > 2 else set(points) - {FEMALE_SIGN, MALE_SIGN}
    female, male = signs & (WOMEN | {FEMALE_SIGN}), signs & (MEN | {MALE_SIGN})
    return (*((FEMALE,) if female else ()), *((MALE,) if male else ()))


def tones_of(points: tuple[int, ...]) -> tuple[str, ...]:
    """The skin tones shown, light to dark, each once."""
    return tuple(name for point, name in TONES.items() if point in points)
