"""The privacy notice that a new company is offered: an example to be reviewed, in the order in which the law asks for it (I3).

Mexico's Federal Law on Protection of Personal Data Held by Private Parties (LFPDPPP) asks who is responsible, which data, what
for, how to limit their use and to exercise the rights of access, rectification, cancellation and opposition, to whom they are
passed on, and how changes are told. The company's own data are not known here, so the notice is marked as a draft.
"""

VERSION = "1"


def _(text: str) -> str:
	"""Mark a text for translation; it is translated into the site's language when the notice is offered."""
	return text


TITLE = _("Privacy notice of {0}")
# (heading, paragraph), in this order
SECTIONS = (
	(
		_("Who is responsible"),
		_("{0} is responsible for the personal data that you give us here and for protecting them."),
	),
	(
		_("Which data we use"),
		_(
			"Your name, e-mail address and telephone number, what you tell us about your request and the product, and the "
			"photographs and documents that you send. Please send no data about health, except what we need to help when "
			"somebody was hurt."
		),
	),
	(
		_("What we use them for"),
		_(
			"To register and attend your request, to answer you, to attend claims and warranties, to care for your safety, and "
			"to keep the records that our quality management asks for. We do not use them for advertising."
		),
	),
	(
		_("With whom we share them"),
		_(
			"With the people of our company who attend your request and, only where it is needed for that, with the distributor "
			"who sold you the product or the laboratory that examines it. With authorities where the law obliges us."
		),
	),
	(
		_("Your rights"),
		_(
			"You may ask at any time which of your data we have, have them corrected or deleted, object to their use or take "
			"back your consent. Ask for it by the same means that you use for your request, giving its folio; we answer within "
			"twenty working days."
		),
	),
	(
		_("Changes"),
		_("If this notice changes, the new version is published on this page with its date."),
	),
)
