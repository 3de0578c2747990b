"""Bulk import of requests from CSV and XLSX files: `bench --site SITE nervion-import FILE --mapping MAPPING`.

- `reader`: a file becomes numbered rows of text.
- `mapping`: a JSON mapping turns a row into the values of a folio, or says which field is wrong and why.
- `rejects`: what could not be imported, with its reason, as a file that can be corrected and imported again.
- `runner`: rows become folios; interrupted runs go on where they stopped; nothing is imported twice.
"""
