#!/usr/bin/env python3
"""Shows the pages of a deployment in headless Chromium, light and dark, wide and narrow: look.py AXE.MIN.JS PAGE…

Ends with 1 where axe finds a violation, a part is wider than its page, words of a picture are too small, headings are out of order, a
page is not of its colour scheme or larger than 200 KB, the large parts lie elsewhere than `layout.txt` says, or a page does not look as
in `screenshots/`.
With ZARPE_BLESS=1 that file and those pictures are written anew. Screenshots in full size are left in the folder of the pages.
"""

import argparse
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from PIL import Image

import pictures

HERE = pathlib.Path(__file__).parent
WIDTHS = [390, 1280]
SCHEMES = {"light": "1", "dark": "0"}
LARGEST = 200_000
# Pages that are longer are looked at as far as this.
HEIGHT = 3600


def chromium(page, *options):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-extensions"]
    command += ["--force-device-scale-factor=1", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def sheet(file, pages, head):
    """All pages in all widths, each in a frame of its own. Their policy lets no script run, so it is left out where one is put in."""
    frames = []
    for page in pages:
        text = page.read_text()
        if head:
            text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text).replace("</head>", head + "</head>", 1)
        for width in WIDTHS:
            style = f"border:0;width:{width}px;height:{HEIGHT}px"
            frames.append(f'<iframe name="{page.stem} {width}" style="{style}" srcdoc="{html.escape(text)}"></iframe>')
    body = "".join(frames)
    file.write_text(f'<!doctype html><meta charset="utf-8"><body style="margin:0;white-space:nowrap">{body}')


def look(pages, axe, scheme):
    """What is told of each page in each width; a picture of them all is left beside them."""
    colour = f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}"
    head = f"<script>{axe}</script><script>{(HERE / 'probe.js').read_text()}</script>"
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "sheet.html"
        sheet(file, pages, head)
        dom = chromium(file, colour, "--virtual-time-budget=60000", "--dump-dom")
        sheet(file, pages, "")
        size = f"--window-size={len(pages) * (sum(WIDTHS) + 10)},{HEIGHT}"
        shot = pages[0].with_name(scheme + ".png")
        chromium(file, colour, size, f"--screenshot={shot}")
    told = [json.loads(html.unescape(one)) for one in re.findall(r'<pre class="told">(.*?)</pre>', dom, re.S)]
    return {one["page"]: one for one in told}, Image.open(shot).convert("RGB")


def blind(picture, page, width, scheme, others):
    """What the comparison of this picture would not see: other colours, another page, an empty part."""
    name = f"{page}-{width}-{scheme}"
    other = [f"{page}-{width}-{one}" for one in SCHEMES if one != scheme] + [f"{one}-{width}-{scheme}" for one in others]
    unseen = [f"{name}: taken for {one}" for one in other if not pictures.compared(picture, one)]
    if not pictures.compared(picture.recoloured(), name):
        unseen.append(f"{name}: not seen that its colours are others")
    letters = picture.letters
    for picture.letters in letters, []:
        for at, part in enumerate(picture.parts):
            if not pictures.compared(picture.without(at), name):
                unseen.append(f"{name}: not seen that {part[0]} is empty")
    picture.letters = letters
    return unseen


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("axe", type=pathlib.Path, help="axe.min.js")
    options.add_argument("pages", type=pathlib.Path, nargs="+")
    args = options.parse_args()
    bless = os.environ.get("ZARPE_BLESS") == "1"
    axe = args.axe.read_text()
    wrong, layout = [], []
    if bless:
        shutil.rmtree(pictures.FOLDER, ignore_errors=True)
    for page in args.pages:
        if page.stat().st_size > LARGEST:
            wrong.append(f"{page.name}: {page.stat().st_size} bytes")
    for scheme in SCHEMES:
        found, sheet = look(args.pages, axe, scheme)
        left = 0
        for page, width in [(page.stem, width) for page in args.pages for width in WIDTHS]:
            name = f"{page} {width}"
            told, place = found.get(name), f"{name} {scheme}"
            image = sheet.crop((left, 0, left + width, HEIGHT))
            left += width
            if not told:
                wrong.append(f"{place}: nothing was told")
                continue
            wrong += [f"{place}: axe: {one}" for one in told["violations"]]
            wrong += [f"{place}: too wide: {one}" for one in told["wide"][:3]]
            wrong += [f"{place}: too small: {one}" for one in told["small"][:3]]
            if told["rules"] < 10:
                wrong.append(f"{place}: axe looked at {told['rules']} rules only")
            if not told["headings"]:
                wrong.append(f"{place}: the headings are out of order")
            if told["dark"] != (scheme == "dark"):
                wrong.append(f"{place}: not of its colour scheme")
            parts = [part for part in told["parts"] if part[1] + part[2] <= HEIGHT]
            picture = pictures.Picture(image, parts, told["letters"])
            if bless:
                picture.keep(f"{page}-{width}-{scheme}")
            differences = pictures.compared(picture, f"{page}-{width}-{scheme}")
            others = [one.stem for one in args.pages if one.stem != page]
            wrong += differences or blind(picture, page, width, scheme, others)
            if scheme == "light":
                layout += [f"{name}: {box}" for box in told["boxes"]]
    layout = "\n".join(layout) + "\n"
    reference = HERE / "layout.txt"
    if bless:
        reference.write_text(layout)
    elif reference.read_text() != layout:
        before = reference.read_text().splitlines()
        wrong += [f"layout: {line} (layout.txt has another; ZARPE_BLESS=1 writes it)" for line in layout.splitlines() if line not in before][:10]
        wrong.append("layout.txt says another thing")
    print("\n".join(wrong) or f"{len(args.pages)} pages, {len(WIDTHS)} widths, light and dark: nothing found")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
