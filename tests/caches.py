"""What Frappe remembers while tests run: what the code and the schema say is kept, what rows say ends with the rows.

A request begins with an empty memory, and a run of tests is some thousand requests in one process: reading a hundred
DocTypes anew for each would cost more than the tests themselves.
"""

import functools

# Caches of what the code and the schema say. Everything else in the cache may stem from a row that the test's
# rollback takes away: engine.forget_rows drops it after each test.
KEPT = (
	"all_apps",
	"app_hooks",
	"app_modules",
	"assets_json",
	"db_tables",
	"doctype_form_meta",
	"doctype_meta",
	"installed_app_modules",
	"installed_apps",
	"lang_user_translations",
	"merged_translations",
	"module_app",
	"module_installed_app",
	"sitemap_routes",
	"table_columns",
	"translations_from_apps",
)
# Those of them that Frappe unpickles for every user it becomes: (cache, key) → value, for as long as the process lives
KNOWN_BY_HEART = ("doctype_meta", "merged_translations", "table_columns")

_known: dict[tuple[str, str], object] = {}


def keys_kept() -> set[bytes]:
	"""The keys of KEPT as the cache's server knows them."""
	import frappe

	return {frappe.cache.make_key(name) for name in KEPT}


def forget_schema() -> None:
	"""Read anew what another process may have changed."""
	_known.clear()


def learn_by_heart() -> None:
	"""Let this process remember what changes with the schema only, and what Frappe parses again and again."""
	import sqlparse
	from frappe.utils.redis_wrapper import RedisWrapper

	if hasattr(sqlparse.format, "cache_info"):
		return
	# every column that a query names, the same few hundred all the time
	sqlparse.format = functools.lru_cache(maxsize=10_000)(sqlparse.format)
	for method in (_hget, _hset, _hdel, _delete_value):
		name = method.__name__.removeprefix("_")
		setattr(RedisWrapper, name, functools.partialmethod(method, getattr(RedisWrapper, name)))


def _hget(cache, original, name, key, *args, **kwargs):
	if name not in KNOWN_BY_HEART or not key:
		return original(cache, name, key, *args, **kwargs)
	if (name, key) not in _known:
		value = original(cache, name, key, *args, **kwargs)
		if value is None:
			return None
		_known[name, key] = value
	return _known[name, key]


def _hset(cache, original, name, key, value, *args, **kwargs):
	if name in KNOWN_BY_HEART:
		_known[name, key] = value
	return original(cache, name, key, value, *args, **kwargs)


def _hdel(cache, original, name, key, *args, **kwargs):
	if name in KEPT and SchemaKept.now:
		SchemaKept.now.doubtful.add((name, key))
	_known.pop((name, key), None)
	return original(cache, name, key, *args, **kwargs)


def _delete_value(cache, original, keys, user=None, make_keys=True, *args, **kwargs):
	if make_keys:
		keys = keys if isinstance(keys, list | tuple) else [keys]
		if SchemaKept.now:
			keys = [key for key in keys if key not in KEPT]
		for place in [place for place in _known if place[0] in keys]:
			del _known[place]
	return original(cache, keys, user, make_keys, *args, **kwargs)


class SchemaKept:
	"""Inside one transaction no schema changes, though Frappe forgets it all with every default that is set.

	What was forgotten of single DocTypes is forgotten there, and again at the end: the rows it was read from are no more.
	"""

	now: "SchemaKept | None" = None

	def __enter__(self) -> "SchemaKept":
		self.doubtful: set[tuple[str, str]] = set()
		SchemaKept.now = self
		return self

	def __exit__(self, *error) -> None:
		import frappe

		SchemaKept.now = None
		for name, key in self.doubtful:
			frappe.cache.hdel(name, key)
