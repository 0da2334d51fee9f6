"""The expressions of workflows: those that ours contain and no others. What is not known here is an error, never empty text."""

import json
import re

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>\|\||&&|==|!=|[().]))")


class Unknown(Exception):
    """An expression that this evaluator does not know."""


def render(text, contexts):
    """A text with its `${{ }}`; one that is nothing else keeps its type."""
    whole = re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", text, re.DOTALL)
    if whole:
        return evaluate(whole[1], contexts)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: as_text(evaluate(found[1], contexts)), text, flags=re.DOTALL)


def as_text(value):
    """As GitHub puts a value into a text."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    if isinstance(value, (str, int)):
        return str(value)
    raise Unknown(f"{value!r} in a text")


def evaluate(text, contexts):
    """The value of an expression."""
    reader = Reader(text, contexts)
    value = reader.any_of()
    if reader.tokens:
        raise Unknown(f"`{text.strip()}`: {reader.tokens[0][1]}")
    return value


class Reader:
    """Reads an expression from left to right."""

    def __init__(self, text, contexts):
        self.text, self.contexts, self.tokens, at = text.strip(), contexts, [], 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if not found:
                raise Unknown(f"`{self.text}`")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def takes(self, sign):
        """Goes on behind a sign, where it comes next."""
        if self.tokens and self.tokens[0] == ("sign", sign):
            return self.tokens.pop(0)
        return None

    def any_of(self):
        value = self.all_of()
        while self.takes("||"):
            other = self.all_of()
            value = value or other
        return value

    def all_of(self):
        value = self.same()
        while self.takes("&&"):
            other = self.same()
            value = value and other
        return value

    def same(self):
        value = self.single()
        if self.takes("=="):
            return value == self.single()
        if self.takes("!="):
            return value != self.single()
        return value

    def single(self):
        if self.takes("("):
            value = self.any_of()
            self.ends()
            return value
        if not self.tokens:
            raise Unknown(f"`{self.text}` ends too early")
        kind, word = self.tokens.pop(0)
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind != "name":
            raise Unknown(f"`{self.text}`: {word}")
        if self.takes("("):
            if word != "fromJSON":
                raise Unknown(f"the function {word}")
            value = json.loads(self.any_of())
            self.ends()
            return value
        return self.property(word)

    def ends(self):
        if not self.takes(")"):
            raise Unknown(f"`{self.text}` lacks a parenthesis")

    def property(self, word):
        value, path = self.contexts, []
        while True:
            path.append(word)
            if not isinstance(value, dict) or word not in value:
                raise Unknown(f"{'.'.join(path)} is not known here")
            value = value[word]
            if not self.takes("."):
                return value
            word = self.tokens.pop(0)[1]
