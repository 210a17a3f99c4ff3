#!/usr/bin/env python3
"""Writes input.txt, which every program of this folder reads: sentences drawn from a small
vocabulary by a generator of its own, so that the text is the same everywhere.

It holds what a reader of lines and words may get wrong: empty lines, a tab, a line of 2,000
characters, CR LF, bytes that are not ASCII, and no newline at the end.
"""

import pathlib

SUBJECTS = """the swift|a young swift|the old compiler|every function|the wind over the tower
a flock of forty birds|the linker|one small module|the last of the colony|the night""".replace("\n", "|").split("|")
VERBS = """crosses|sleeps above|returns to|measures|turns around|never touches|remembers
outlives|circles|leaves""".replace("\n", "|").split("|")
OBJECTS = """the roof of the church|the sea|its own shadow|a thousand miles of air|the stack
the table of contents|the ground|the warm memory of summer|an empty page
the ten thousand instructions before it""".replace("\n", "|").split("|")
ENDINGS = """without landing|before the rain|at first light|and nobody sees it
for ten months of the year|faster than any other bird|as if nothing weighed anything
until the young can fly|in a long, falling curve|because it must""".replace("\n", "|").split("|")

state = 0x9E3779B9


def pick(choices):
    global state
    state = (state * 1664525 + 1013904223) % 2**32
    return choices[(state >> 16) % len(choices)]


def sentence():
    text = f"{pick(SUBJECTS)} {pick(VERBS)} {pick(OBJECTS)}"
    if pick([True, False, True]):
        text += f" {pick(ENDINGS)}"
    return text[0].upper() + text[1:] + pick([".", ".", "!", ";"])


lines = []
for number in range(1, 331):
    line = sentence()
    if pick([True, False, False]):
        line += " " + sentence()
    if number % 25 == 0:
        line = f"{number}\t{line} (D'accord \u2014 na\u00efve caf\u00e9, \u96e8\u71d5.)"
    lines.append(line)
    if number % 40 == 0:
        lines.append("")
lines.append(" ".join(sentence() for _ in range(60))[:2000])
text = "\n".join(lines[:200]) + "\n" + "\r\n".join(lines[200:220]) + "\r\n" + "\n".join(lines[220:])
pathlib.Path(__file__).with_name("input.txt").write_bytes(text.encode())
