"""The files and lines by which a step talks to its runner."""

import re

COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands"}


def pairs(text):
    """GITHUB_OUTPUT and GITHUB_ENV: `NAME=VALUE` lines, and `NAME<<END` blocks. A line that is neither is an error."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        block = re.fullmatch(r"([^=<]+)<<(.+)", line)
        if block:
            value = []
            for inner in lines:
                if inner == block[2]:
                    break
                value.append(inner)
            else:
                raise ValueError(f"{block[1]} has no end")
            found[block[1]] = "\n".join(value)
        elif "=" in line:
            name, _, value = line.partition("=")
            found[name] = value
        elif line:
            raise ValueError(f"not a value: {line}")
    return found


def unescaped(text):
    """The data of a workflow command."""
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


class Log:
    """What a job printed, as its page shows it: commands carried out, masks applied."""

    def __init__(self, secrets):
        self.masks, self.lines, self.annotations, self.stopped = set(), [], [], None
        for secret in secrets:
            # GitHub hides a secret, and each line of it.
            self.masks |= {part for part in [secret, *secret.splitlines()] if part}

    def masked(self, text):
        for mask in sorted(self.masks, key=len, reverse=True):
            text = text.replace(mask, "***")
        return text

    def push(self, line):
        """Takes a line."""
        if self.stopped is not None:
            self.stopped = None if line == f"::{self.stopped}::" else self.stopped
            self.lines.append(self.masked(line))
            return
        command = re.match(r"::([a-z-]+)(?: ([^:]*))?::(.*)", line)
        if not command:
            self.lines.append(self.masked(line))
            return
        name, properties, data = command[1], command[2] or "", command[3]
        if name not in COMMANDS:
            raise ValueError(f"an unknown workflow command: {line}")
        if name == "add-mask":
            if data:
                self.masks.add(unescaped(data))
        elif name == "stop-commands":
            self.stopped = data
        elif name in ("error", "warning", "notice"):
            text = self.masked(unescaped(data))
            self.annotations.append((name, properties, text))
            self.lines.append(f"{name}: {text}")
