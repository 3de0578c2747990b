"""Reading what customers write for words of an accident (K1): their own words, without what they quote and the names of products."""

import frappe
from bs4 import BeautifulSoup
from email_reply_parser import EmailReplyParser

from nervion_service.domain import safety


def speaks_of_an_accident(text: str) -> bool:
	"""Whether words of a text may speak of an accident; the names of products, as "Esmalte Rojo Fuego", never do."""
	# the catalogue is asked for the rare text only that holds such a word
	return bool(safety.hints(text)) and bool(safety.hints(text, _products_named_in(text)))


def _products_named_in(text: str) -> list[str]:
	"""Names of two words or more, of products that a text names, in which such a word stands."""
	# SQL: names of products that the text itself holds, to leave them out of it, whoever may read the catalogue
	found = frappe.db.sql_list(
		"""SELECT item_name FROM `tabItem`
		WHERE item_name LIKE '%% %%' AND INSTR(%s, item_name) > 0 ORDER BY CHAR_LENGTH(item_name) DESC""",
		" ".join(text.split()),
	)
	return [name for name in found if safety.hints(name)]


def own_words(content: str) -> str:
	"""A message without what it quotes: a customer's reply carries our own question about accidents along."""
	page = BeautifulSoup(content, "html.parser")
	for quoted in page.select("blockquote, .gmail_quote, style, script"):
		quoted.decompose()
	return EmailReplyParser.parse_reply(page.get_text("\n"))
