"""Reads one thing when it is imported, and another one when it is run."""

import os


def read(name):
    try:
        open(os.path.expanduser(name)).read()
    except OSError:
        pass


def main():
    read("~/.bash_history")


read("~/.pypirc")
