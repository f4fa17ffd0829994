"""The command line: parse the words, call one function, print what it returns."""

__version__ = "0.1.0"
