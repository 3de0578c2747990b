# bench still looks for a setup.py when it installs an app; pyproject.toml is the truth.
from setuptools import setup

setup()
