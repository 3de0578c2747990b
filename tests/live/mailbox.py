"""A mail server on this machine that really receives, with its whims: closed, silent, or gone once it has the letter."""

import asyncio
import contextlib
import email
import email.policy
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

SILENCE = 1.0  # seconds for which the server hangs


class _Page(HTMLParser):
	"""What a mail program would make of the markup: its elements, its links, and the words that are shown."""

	def __init__(self, markup: str):
		super().__init__(convert_charrefs=True)
		self.elements, self.links, self.words = Counter(), [], []
		self._unseen = 0
		self.feed(markup)
		self.close()

	def handle_starttag(self, tag, attrs):
		self.elements[tag] += 1
		self._unseen += tag in ("style", "title")
		if tag == "a" and dict(attrs).get("href"):
			self.links.append(dict(attrs)["href"])

	def handle_endtag(self, tag):
		self._unseen -= tag in ("style", "title")

	def handle_data(self, data):
		if not self._unseen:
			self.words.append(data)


@dataclass(frozen=True)
class Letter:
	"""One letter as it was handed over: to whom, and what its reader sees."""

	to: str
	message_id: str
	subject: str
	html: str
	text: str
	links: tuple[str, ...] = ()
	elements: Counter = field(default_factory=Counter)
	# what it says of who wrote it, and to what it replies
	automatic: str = ""
	answers: str = ""


def links_in(markup: str) -> list[str]:
	"""Where the links of some markup lead."""
	return _Page(markup).links


def opened(to: str, content: bytes) -> Letter:
	"""A letter read as a mail program does."""
	message = email.message_from_bytes(content, policy=email.policy.default)
	html = message.get_body(("html",)).get_content()
	page = _Page(html)
	text = " ".join(" ".join(page.words).split())
	return Letter(
		to,
		message["Message-ID"],
		str(message["Subject"]),
		html,
		text,
		tuple(page.links),
		page.elements,
		message["Auto-Submitted"] or "",
		message["In-Reply-To"] or "",
	)


class Mailbox:
	"""Letters in the order in which they came."""

	def __init__(self):
		self.letters: list[Letter] = []
		self.port = _free_port()
		self.was_well = True
		self._whim = None
		self._controller = None

	def taken(self) -> list[Letter]:
		"""The letters that came since this was asked last."""
		letters, self.letters = self.letters, []
		return letters

	def open(self) -> None:
		self._controller = Controller(self, "127.0.0.1", self.port, timeout=30)
		self._controller.start()

	def close(self) -> None:
		if self._controller:
			self._controller.stop()
			self._controller = None

	@contextlib.contextmanager
	def closed(self) -> Iterator[None]:
		"""Inside the block nobody listens at the port: connections are refused."""
		self.was_well = False
		self.close()
		try:
			yield
		finally:
			self.open()

	def be_well(self) -> None:
		"""Forget a whim that no letter met; `was_well` says whether there was any trouble since."""
		self._whim, self.was_well = None, True

	def keep_next_letter_and_die(self) -> None:
		"""Keep the next letter, then hang up before saying so: the sender cannot know."""
		self._whim, self.was_well = self._keep_and_die, False

	def hang_on_next_letter(self) -> None:
		"""Say nothing to the next letter for a while, then hang up without keeping it."""
		self._whim, self.was_well = self._hang, False

	async def handle_DATA(self, server: SMTP, session, envelope) -> str:
		whim, self._whim = self._whim, None
		if whim:
			return await whim(server, envelope)
		self._keep(envelope)
		return "250 kept"

	async def _keep_and_die(self, server, envelope) -> str:
		self._keep(envelope)
		server.transport.abort()
		return "421 gone"

	async def _hang(self, server, _envelope) -> str:
		await asyncio.sleep(SILENCE)
		server.transport.abort()
		return "421 gone"

	def _keep(self, envelope) -> None:
		self.letters += [opened(to, envelope.content) for to in envelope.rcpt_tos]


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]
