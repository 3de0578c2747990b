"""Texts that would run if somebody evaluated or failed to escape them, and what shows that one did (X6)."""

from html.parser import HTMLParser

# 7331 * 7, which no text of ours holds
EVALUATED = "51317"
SCRIPTS = (
	"<script>window.harmed=1</script>",
	'"><img src=x onerror=window.harmed=1>',
	"<svg/onload=window.harmed=1>",
	"' onmouseover='window.harmed=1' x='",
	'" autofocus onfocus="window.harmed=1',
	"</textarea></title></style><script>window.harmed=1</script>",
	'<a href="javascript:window.harmed=1">precio</a>',
	'<iframe srcdoc="<script>parent.harmed=1</script>"></iframe>',
	"&lt;img src=x onerror=window.harmed=1&gt;",
	"<math><mi//xlink:href='data:x,<script>window.harmed=1</script>'>",
	"{{constructor.constructor('window.harmed=1')()}}",
)
TEMPLATES = (
	"{{ 7331*7 }}",
	"{% print(7331*7) %}",
	"{%- if 1 -%}{{ 7331 * 7 }}{%- endif -%}",
	"${7331*7} #{7331*7} <%= 7331*7 %>",
	'{{ frappe.db.sql("select 7331*7") }}',
	'{{ frappe.get_doc("User","Administrator").as_json() }}{{7331*7}}',
	"{0.__class__} {0} %(x)s %s",
)
STATEMENTS = (
	"' OR '1'='1",
	"'; DROP TABLE `tabToDo`; -- ",
	"\\' UNION SELECT password FROM __Auth -- ",
	'" OR 1=1 #',
	"% %% %(name)s `",
)
EVERY = (*SCRIPTS, *TEMPLATES, *STATEMENTS)
_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data")


class _Reader(HTMLParser):
	def __init__(self):
		super().__init__(convert_charrefs=True)
		self.found, self.inside_script = [], False

	def handle_starttag(self, tag, attrs):
		self.inside_script = tag == "script"
		for name, value in attrs:
			value = (value or "").strip().lower()
			runs = name.startswith("on") or name == "srcdoc"
			leads = name in _ADDRESSES and value.startswith(("javascript:", "data:"))
			if "harmed" in value and (runs or leads):
				self.found.append(f"<{tag} {name}={value!r}>")

	handle_startendtag = handle_starttag

	def handle_endtag(self, tag):
		self.inside_script = False

	def handle_data(self, data):
		if self.inside_script and "harmed" in data:
			self.found.append(f"<script> {data[:80]}")


def dangers(page: str) -> list[str]:
	"""What a browser would run of the payloads in a page, and what somebody evaluated; empty when nothing."""
	reader = _Reader()
	reader.feed(page)
	reader.close()
	return reader.found + ([f"evaluated: {EVALUATED}"] if EVALUATED in page else [])
