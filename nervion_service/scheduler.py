"""Entry points of scheduled jobs; each only hands work on."""

from nervion_service.services import sweep, system


def every_minute() -> None:
	"""Start what ticks: the sweep, the notices and the safety nets, each as a job of its own."""
	sweep.start()


def hourly() -> None:
	"""Take what is over into the daily figures; make case files whose worker died; hand records over to other systems."""
	system.enqueue("nervion_service.services.daily_figures.add_up", queue="long")
	system.enqueue("nervion_service.services.case_file.keeping.catch_up", queue="long")
	system.enqueue("nervion_service.integrations.wekeep.export", queue="long")
	system.enqueue("nervion_service.integrations.sion.export", queue="long")


def daily() -> None:
	"""Housekeeping: next year's folio series, what is old enough to go, erasures that were held back, what the last month asks for."""
	system.enqueue("nervion_service.services.series.prepare", queue="default")
	system.enqueue("nervion_service.services.retention.purge", queue="long")
	system.enqueue("nervion_service.services.personal_data_runs.run_waiting", queue="long")
	system.enqueue("nervion_service.services.daily_figures.look_after", queue="long")
	system.enqueue("nervion_service.services.access_tokens.forget_expired", queue="long")
	system.enqueue("nervion_service.services.rate_limit.forget_old", queue="long")
	system.enqueue("nervion_service.services.monthly.run", queue="long")
