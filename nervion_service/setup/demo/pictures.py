"""Pictures of the demo: surfaces with their defect and cans as a customer would photograph them, and a signature. All of them drawn."""

import base64
import random
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)
PAINTS = ((214, 218, 222), (46, 86, 150), (176, 84, 52), (120, 124, 128), (34, 34, 38), (238, 232, 214))


def photograph(seed: str, family: str) -> bytes:
	"""A PNG of a defect of that family, another one for every seed and the same again for the same."""
	chance = random.Random(f"{seed}-{family}")
	paint = chance.choice(PAINTS)
	image = Image.new("RGB", SIZE, paint)
	draw = ImageDraw.Draw(image)
	_light(draw, paint)
	_DRAWN.get(family, _film)(draw, chance, paint)
	return _stored(image)


def signature(name: str) -> str:
	"""What somebody drew with a finger, as the field of a signature keeps it."""
	chance = random.Random(name)
	image = Image.new("RGB", (360, 120), "white")
	points, x = [], 30
	while x < 330:
		points.append((x, chance.randint(25, 95)))
		x += chance.randint(8, 22)
	ImageDraw.Draw(image).line(points, fill=(20, 30, 90), width=3, joint="curve")
	return "data:image/png;base64," + base64.b64encode(_stored(image)).decode()


def _stored(image) -> bytes:
	memory = BytesIO()
	image.save(memory, "PNG", optimize=True)
	return memory.getvalue()


def _light(draw, paint) -> None:
	for row in range(0, SIZE[1], 4):
		shade = 26 * row // SIZE[1] - 13
		draw.rectangle((0, row, SIZE[0], row + 4), fill=_shaded(paint, shade))


def _film(draw, chance, paint) -> None:
	"""Blisters, and places where the film came off."""
	for _number in range(chance.randint(25, 60)):
		x, y, r = chance.randint(0, SIZE[0]), chance.randint(0, SIZE[1]), chance.randint(3, 16)
		draw.ellipse((x - r, y - r, x + r, y + r), fill=_shaded(paint, 28), outline=_shaded(paint, -40))
	for _number in range(chance.randint(1, 4)):
		x, y = chance.randint(60, 360), chance.randint(60, 260)
		corners = [(x + chance.randint(-60, 110), y + chance.randint(-50, 90)) for _corner in range(8)]
		draw.polygon(corners, fill=(142, 122, 104), outline=_shaded(paint, -60))


def _appearance(draw, chance, paint) -> None:
	"""Two panels side by side whose shade is not the same."""
	other, edge = _shaded(paint, chance.choice((-34, -26, 24, 32))), chance.randint(160, 320)
	draw.rectangle((edge, 0, *SIZE), fill=other)
	draw.rectangle((edge - 3, 0, edge + 3, SIZE[1]), fill=(250, 250, 250))
	for _number in range(40):
		x, y = chance.randint(0, SIZE[0]), chance.randint(0, SIZE[1])
		draw.point((x, y), fill=_shaded(paint, -50))


def _can(draw, chance, paint) -> None:
	"""A can with its label, from which something runs."""
	draw.rectangle((0, 250, *SIZE), fill=(118, 112, 106))
	left = chance.randint(60, 200)
	draw.rectangle((left, 60, left + 200, 310), fill=(206, 208, 212), outline=(90, 92, 96), width=4)
	draw.ellipse((left, 42, left + 200, 82), fill=(226, 228, 232), outline=(90, 92, 96), width=4)
	draw.rectangle((left + 10, 130, left + 190, 240), fill=(245, 245, 240))
	for row in range(145, 235, 18):
		draw.rectangle((left + 22, row, left + chance.randint(70, 175), row + 6), fill=(70, 74, 80))
	drop = left + chance.randint(20, 180)
	draw.line((drop, 70, drop + 6, chance.randint(200, 310)), fill=_shaded(paint, -10), width=14)
	draw.ellipse((drop - 45, 295, drop + 60, 330), fill=_shaded(paint, -10))


def _shaded(colour, amount: int) -> tuple[int, ...]:
	return tuple(max(0, min(255, part + amount)) for part in colour)


_DRAWN = {"Film": _film, "Application": _film, "Appearance": _appearance, "In the Can": _can, "Package": _can}
