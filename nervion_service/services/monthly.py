"""The daily work that belongs to the month that is over: missed targets are asked about, then the letters go, which list them (G13, G15)."""

from datetime import datetime

from nervion_service.services import clock, monthly_post
from nervion_service.services.reviews import asking


def run(now: datetime | None = None) -> None:
	"""The job of every day."""
	now = now or clock.now()
	asking.run(now)
	monthly_post.run(now)
