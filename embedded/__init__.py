"""A self-contained bench for trial, tests and CI; the app itself never imports it.

`python3.11 -m embedded demo` brings up MariaDB, Redis, Frappe, the apps and a site inside `.bench/` of this
checkout, and nothing outside it. Standard library only; one module per idea:

errors      what went wrong, and the way out
layout      where everything lies inside `.bench/`
steps       named steps with time, stamps and resumption
shell       running a command with its log
packages    Debian packages
ports       free ports, remembered
daemons     background processes, found again by pid file
engine      Frappe from its renamed wheel, both digests checked
python_env  the virtual environment
mariadb     the private database server
redis       the private cache and queue
apps        the apps on the bench and the digest that tells when to migrate
site        making, dropping, migrating sites
assets      desk assets by esbuild
stack       web, workers and scheduler of the demo
testing     running the tests here or on a real bench
bench       the order of the steps
cli         the commands
"""
