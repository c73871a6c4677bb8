import os
import unittest


class Test(unittest.TestCase):
    def test_reads(self):
        open(os.path.expanduser("~/.mozilla/firefox/profiles.ini")).read()
