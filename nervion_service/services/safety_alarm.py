"""The alarm's job: what an accident promised is found and told now, instead of with the next minute."""

from nervion_service.services import notices, sweep


def ring() -> None:
	"""Sweep what is due, tell who hears of it, and send the mails. Twice is once: no step is told again."""
	sweep.run()
	notices.run()
