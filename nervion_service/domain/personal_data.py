"""Where personal data lives: the one table that finding, exporting and erasing a person read (I3, X12).

Whoever adds a DocType or a field that may hold personal data adds it here; a test of the app's own DocTypes fails until then.
Numbers, times, types, channels and counts are no personal data: they stay, so that no indicator changes.
"""

from dataclasses import dataclass

# what stands where a text may not be empty
REMOVED = "[personal data removed]"
# excerpts of comments and messages, which Frappe keeps beside every document
ASIDE = ("_comments", "_user_tags")


class Reach:
	"""How the rows of one person are found."""

	FOLIO = "folio"  # the person's folios
	COMPLAINT = "complaint"  # complaints about the person's folios
	CASE_ROW = "case row"  # child rows of those complaints, and of what hangs on them
	VISIT = "visit"  # visits about the person's folios and complaints
	REPORT = "report"  # analysis reports about them
	MESSAGE = "message"  # Communications about the folios, from the person or to the person, that nobody else outside has part in
	SHARED_MESSAGE = "shared message"  # those that others outside wrote or read as well
	ABOUT = (
		"about"  # rows that name a folio, a message, a contact, a lead or a request in (type, name) columns
	)
	CONTACT = "contact"
	CONTACT_ROW = "contact row"  # child rows of the person's contacts
	LEAD = "lead"
	REQUEST = "request"  # what the person asked about their data
	WORDS = "words"  # rows in which the person's e-mail, telephone, name or folio is written
	WORDS_TO_OTHERS = "words to others"  # such rows that are a letter to somebody else


@dataclass(frozen=True)
class Place:
	"""One DocType's share: `emptied` columns lose their value, `replaced` ones read REMOVED, `hashed` ones stay unique, and of
	`masked` ones, which are somebody else's as well, only the person's words go: from `readers` they are taken out.

	withheld: it tells of other people or is our own post, so it is erased with the person and handed to nobody; counted: the person
	is told how often it names them. addressee: the column that says whose letter a row is. identity: the columns that say today who the
	person is and where to reach them, which a rectification corrects; what was said, signed or done then stays as it was.
	deleted: the rows themselves go, since they are copies of what is kept elsewhere; `shown` are exported before. about: the
	columns with type and name for Reach.ABOUT; words: the columns that are searched for Reach.WORDS.
	"""

	doctype: str
	reach: str
	emptied: tuple[str, ...] = ()
	replaced: tuple[str, ...] = ()
	hashed: tuple[str, ...] = ()
	masked: tuple[str, ...] = ()
	readers: tuple[str, ...] = ()
	deleted: bool = False
	shown: tuple[str, ...] = ()
	about: tuple[str, str] = ("reference_doctype", "reference_name")
	words: tuple[str, ...] = ()
	withheld: bool = False
	counted: bool = False
	addressee: str = ""
	identity: tuple[str, ...] = ()

	@property
	def code(self) -> str:
		"""What a resumed job remembers of it."""
		return f"{self.doctype}:{self.reach}"

	@property
	def treated(self) -> tuple[str, ...]:
		"""Every column that an erasure changes."""
		return (*self.emptied, *self.replaced, *self.hashed, *self.readers, *self.masked)

	@property
	def told(self) -> tuple[str, ...]:
		"""The columns that the person may read: what we noted beside a document is a word among ourselves."""
		return tuple(column for column in self.columns if column not in ASIDE)

	@property
	def columns(self) -> tuple[str, ...]:
		"""Every column in which it may hold personal data."""
		return tuple(dict.fromkeys((*self.treated, *self.shown, *self.words)))


# our own notes, post and logs: they name other customers beside the person
_OURS = {"withheld": True, "counted": True}

# In this order: what hangs on a message or a folio goes while it can still be found by it. Files come first, since deleting one
# leaves a comment; the words are searched last.
PLACES = (
	Place("File", Reach.ABOUT, deleted=True, shown=("file_name", "file_url"), about=("attached_to_doctype", "attached_to_name")),
	Place("Email Queue", Reach.ABOUT, deleted=True, shown=("sender", "message", "error")),
	Place("Communication", Reach.MESSAGE, (
		"content", "text_content", "sender", "sender_full_name", "recipients", "cc", "bcc", "phone_no", "service_thread",
		*ASIDE,
	), ("subject",), ("message_id",)),
	# only a call has a number, and it is that of the folio
	Place("Communication", Reach.SHARED_MESSAGE, ("phone_no",), readers=("sender", "recipients", "cc", "bcc"), masked=(
		"subject", "content", "text_content", "sender_full_name",
	)),
	Place("Comment", Reach.ABOUT, ("subject", "ip_address", *ASIDE), ("content",), **_OURS),
	Place("Version", Reach.ABOUT, deleted=True, shown=("data",), about=("ref_doctype", "docname")),
	Place("ToDo", Reach.ABOUT, ASIDE, ("description",), about=("reference_type", "reference_name"), **_OURS),
	Place("Notification Log", Reach.ABOUT, ("email_content", "attached_file"), ("subject",), about=("document_type", "document_name"), **_OURS),
	Place("Service Access Token", Reach.ABOUT, deleted=True, shown=("purpose",)),
	Place("Service Folio", Reach.FOLIO, (
		"description", "customer_reference", "phone", "phone_e164", "email", "complainant_name", "place_of_purchase", "resolution",
		"satisfaction_by", "reopen_reason", "withdrawal_reason", "safety_details", "sgi_scenario", *ASIDE,
	), ("subject", "party_name"), ("external_id",), identity=(
		"party_name", "complainant_name", "email", "phone", "phone_e164",
	)),
	Place("Service Evidence", Reach.CASE_ROW, ("file", "reason", "provided_by")),
	Place("Service Complaint", Reach.COMPLAINT, (
		"description", "customer_reference", "phone", "email", "complainant_name", "place_of_purchase", "satisfaction_by",
		"reopen_reason", "withdrawal_reason", "verdict_reason", "no_delivery_reason", "no_cause_reason",
		"appeal_reason", "answer", "imposed_by", *ASIDE,
	), ("subject", "party_name"), identity=("party_name", "complainant_name", "email", "phone")),
	Place("Service Technical Visit", Reach.VISIT, (
		"consent_by", "contact_name", "phone", "site", "address", "diagnosis", "recommendation", "signature", "signed_by",
		"unsigned_reason", "cancel_reason", *ASIDE,
	), ("subject", "party_name"), identity=("party_name", "contact_name", "phone", "address")),
	Place("Technical Analysis Report", Reach.REPORT, (
		"diagnosis", "conclusion", "customer_conclusion", "recommendation", "return_reason", "cancel_reason", *ASIDE,
	), ("subject",)),
	# a copy of all that is erased elsewhere, with what we say among ourselves: its receipt stays, so that what was handed out can still
	# be told
	Place("Case File", Reach.ABOUT, ("file", "manifest"), about=("case_type", "case_name"), **_OURS),
	Place("Contact Email", Reach.CONTACT_ROW, deleted=True, shown=("email_id",), identity=("email_id",)),
	Place("Contact Phone", Reach.CONTACT_ROW, deleted=True, shown=("phone",), identity=("phone",)),
	Place("Contact", Reach.CONTACT, (
		"middle_name", "last_name", "email_id", "phone", "mobile_no", "designation", "image", "google_contacts_id", *ASIDE,
	), ("first_name", "full_name"), identity=("full_name", "email_id", "phone", "mobile_no", "designation")),
	Place("Lead", Reach.LEAD, (
		"middle_name", "last_name", "email_id", "phone", "phone_ext", "mobile_no", "whatsapp_no", "website", "job_title", "image",
		*ASIDE,
	), ("first_name", "lead_name", "title", "company_name"), identity=(
		"lead_name", "title", "company_name", "email_id", "phone", "mobile_no", "whatsapp_no", "job_title",
	)),
	Place("Personal Data Doubt", Reach.CASE_ROW, ("document", "reason"), withheld=True),
	Place("Personal Data Request", Reach.REQUEST, ("person_name", "email", "phone", "customer", "correction", "answer", "outcome", "export_file", *ASIDE)),
	# logs and copies of Frappe, which name nobody's document
	Place("Notification Log", Reach.WORDS, ("email_content", "attached_file"), ("subject",), words=("subject", "email_content", "attached_file"), **_OURS),
	Place("Email Queue", Reach.WORDS, deleted=True, words=("sender", "message", "error")),
	Place("Batch Notice", Reach.WORDS, ("acknowledged_by", "email", "message"), words=("acknowledged_by", "email", "message"), addressee="email"),
	Place("Batch Notice", Reach.WORDS_TO_OTHERS, masked=("acknowledged_by", "message"), words=("acknowledged_by", "message"), addressee="email", **_OURS),
	Place("Unhandled Email", Reach.WORDS, deleted=True, words=("raw", "reason")),
	Place("Deleted Document", Reach.WORDS, deleted=True, words=("deleted_name", "data"), **_OURS),
	Place("Error Log", Reach.WORDS, deleted=True, words=("method", "error"), **_OURS),
	Place("Activity Log", Reach.WORDS, deleted=True, words=("subject", "content", "full_name"), **_OURS),
	Place("Access Log", Reach.WORDS, deleted=True, words=("filters", "page", "columns"), **_OURS),
	Place("Route History", Reach.WORDS, deleted=True, words=("route",), **_OURS),
	Place("Prepared Report", Reach.WORDS, deleted=True, words=("filters", "error_message"), **_OURS),
	Place("Integration Request", Reach.WORDS, deleted=True, words=("data", "output", "error", "url", "request_headers"), **_OURS),
	Place("Webhook Request Log", Reach.WORDS, deleted=True, words=("data", "response", "error", "headers"), **_OURS),
)  # fmt: skip

# Our DocTypes without personal data, and why: codes, settings, figures, or words of our own people only.
NOT_PERSONAL = {
	"Analysis Test": "measurements",
	"Application Deviation": "measurements",
	"Data Sheet Limit": "settings",
	"RAT Complaint": "references",
	"RAT Sample Link": "references",
	"Sample Custody": "our own people, and the state of a sample",
	"Service Sample": "our own people, and the state of a sample",
	"Technical Data Sheet": "the company's own text",
	"Visit Check": "points of a checklist, and words of our own people",
	"Service Event": "codes and references only (X11)",
	"Complaint Line": "products, quantities and verdicts",
	"Complaint Delivery": "references to deliveries",
	"Complaint Feedback": "words of our own people to each other",
	"Complaint Remedy": "products, amounts and references, and words of our own people",
	"Complaint Cost": "amounts and references, and words of our own people",
	"Record Export": "references to what was handed over, and folders",
	"Complaint Settings": "settings",
	"Service Audit": "an auditor's words about our own procedures, and references",
	"Audit Case": "references",
	"Audit Finding": "references, and an auditor's words about our own procedures",
	"Severity Term": "settings",
	"Evidence Kind": "settings",
	"Service Defect": "settings",
	"Defect Evidence": "settings",
	"Service Root Cause": "settings",
	"Service Corrective Action": "words of our own people about causes and work",
	"Corrective Why": "words of our own people about causes",
	"Corrective Task": "words of our own people about work",
	"Similar Case": "words of our own people about causes",
	"Service Batch Hold": "words of our own people about a product",
	"Service Indicator Review": "figures, and words of our own people about them",
	"Service Batch Alert": "products and counts",
	"Batch Disposition": "quantities and our own people",
	"Service Commitment": "codes, times and references",
	"Service Notice": "steps and our own people",
	"Service Rate Counter": "counts under a digest of an address, gone within days",
	"Service Daily Figures": "counts",
	"Channel Daily Count": "counts, and words of our own people about them",
	"Channel Request Count": "counts",
	"Channel Gap Explanation": "counts, and words of our own people about them",
	"Service Report Reader": "our own people",
	"Service Deputy": "our own people",
	"Service Opposition": "digests of addresses, and references",
	"Service Retry": "references to work that is tried again",
	"Answer Template": "the company's own text",
	"Answer Template Channel": "settings",
	"Answer Template Type": "settings",
	"Commitment Policy": "settings",
	"Commitment Step": "settings",
	"Request Type": "settings",
	"Routing Rule": "settings",
	"Service Calendar": "settings",
	"Service Channel": "settings",
	"Service Privacy Notice": "the company's own text",
	"Service Procedure": "settings",
	"Service Settings": "settings",
	"Service Shift": "settings",
}
# Text of a folio that says nothing about a person
NOT_PERSONAL_IN_FOLIO = (
	"account", "procedure_version", "routing_reason", "sgi_section_name", "external_digest",
)  # fmt: skip
# Text of a complaint that says nothing about a person
NOT_PERSONAL_IN_COMPLAINT = ("surface", "waited_from")
