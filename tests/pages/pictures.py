"""Pictures of pages, compared part by part with those of screenshots/.

A part is the header, a section or the footer. It is laid over its reference, both in one size, and both are averaged over squares: what
is left is where something stands and in which colour, not the form of its letters. How much differs is told against how much stands
there: an empty part differs by 1. Where the letters are as wide as in the reference little may differ; on a machine with other fonts
lines break elsewhere, so much may, but no part may be gone or be of another colour scheme.
"""

import functools
import json
import pathlib

from PIL import Image, ImageChops, ImageDraw, ImageStat, PngImagePlugin

FOLDER = pathlib.Path(__file__).parent / "screenshots"
SCALE = 0.5
COLOURS = 128
# The side of a square, in pixels of the reference, and how much may differ: with the same letters, and with others.
SAME, OTHERS = (12, 0.2), (24, 0.85)
# With other letters a part may be higher or lower, and more or less may stand there.
FACTOR, LINE = 1.7, 30


class Picture:
    """A screenshot of a page, where its parts are in it, and how wide its letters are."""

    def __init__(self, image, parts, letters, scale=1.0):
        self.image, self.parts, self.letters, self.scale = image, parts, letters, scale

    def keep(self, name):
        """Makes it the reference; what is known of it is written into the file."""
        FOLDER.mkdir(exist_ok=True)
        bottom = max(top + height for _, top, height in self.parts)
        even = min(int(bottom) // 2 * 2 + 16, self.image.height)
        page = self.image.crop((0, 0, self.image.width, even))
        small = page.resize([round(side * SCALE) for side in page.size], Image.Resampling.BOX)
        told = PngImagePlugin.PngInfo()
        told.add_text("page", json.dumps({"parts": self.parts, "letters": self.letters}))
        small = small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(FOLDER / f"{name}.png", optimize=True, pnginfo=told)

    def small(self):
        """The same in the size of a reference: a line of one pixel would be averaged into another square in the one than in the other."""
        half = self.image.resize([round(side * SCALE) for side in self.image.size], Image.Resampling.BOX)
        return Picture(half, self.parts, self.letters, SCALE)

    def part(self, at, size):
        """A part, averaged to a size."""
        _, top, height = self.parts[at]
        box = (0, top * self.scale, self.image.width, min((top + height) * self.scale, self.image.height))
        return self.image.resize(size, Image.Resampling.BOX, box)

    def without(self, at):
        """The same with nothing in a part."""
        _, top, height = self.parts[at]
        image = self.image.copy()
        ImageDraw.Draw(image).rectangle((0, top, image.width, top + height), fill=image.getpixel((1, 1)))
        return Picture(image, self.parts, self.letters)

    def recoloured(self):
        """The same with red for green and green for red."""
        red, green, blue = self.image.split()
        return Picture(Image.merge("RGB", (green, red, blue)), self.parts, self.letters)


@functools.cache
def reference(name):
    """The picture that is kept; None where there is none."""
    file = FOLDER / f"{name}.png"
    if not file.exists():
        return None
    with Image.open(file) as image:
        told = json.loads(image.text["page"])
        return Picture(image.convert("RGB"), told["parts"], told["letters"], SCALE)


def compared(picture, name):
    """What is wrong with a picture of a page."""
    before = reference(name)
    if before is None:
        return [f"{name}: there is no screenshots/{name}.png (ZARPE_BLESS=1 writes it)"]
    names, expected = ([part[0] for part in one.parts] for one in (picture, before))
    if names != expected:
        return [f"{name}: its parts are {', '.join(names)}, not {', '.join(expected)}"]
    same = picture.letters == before.letters
    picture = picture.small()
    wrong = []
    for at, part in enumerate(names):
        (_, _, high), (_, _, high_before) = picture.parts[at], before.parts[at]
        room = 2 if same else LINE
        if abs(high - high_before) > room and (same or not 1 / FACTOR < high / high_before < FACTOR):
            wrong.append(f"{name}: {part} is {high} pixels high, not {high_before}")
            continue
        square, most = SAME if same else OTHERS
        size = [max(1, round(side / square)) for side in (before.image.width, high_before * SCALE)]
        differs, ink = difference(picture.part(at, size), before.part(at, size), before.image.getpixel((1, 1)))
        if differs > most:
            wrong.append(f"{name}: {part} looks another way: {differs:.2f} of it (at most {most})")
        elif not 1 / FACTOR < ink < FACTOR:
            wrong.append(f"{name}: in {part} stands {ink:.2f} of what stood there")
    return wrong


def difference(new, old, paper):
    """How much of what stands in a part differs, and how much stands in the new one against the old one."""
    paper = Image.new("RGB", old.size, paper)
    ink = max(apart(old, paper), 0.5)
    return apart(new, old) / ink, apart(new, paper) / ink


def apart(one, other):
    """The mean over all squares of the difference in the colour that differs most."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageStat.Stat(ImageChops.lighter(ImageChops.lighter(red, green), blue)).mean[0]
