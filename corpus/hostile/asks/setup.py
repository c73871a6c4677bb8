"""Asks a question. Nobody is there: it gets the end of input at once, and with it an EOFError."""

from setuptools import setup

setup(name=input("Name of the package? "), version="1.0")
