"""Lesson: the words of a lesson, the row of all of them, and presenter mode."""

from __future__ import annotations

from ..base import JsonComponent


class Lesson(JsonComponent):
    """Value: the lesson as tabs/learn.py tells it.

    In presenter mode (`present` in the address, or the key f) one thing at a time is on screen: <body> has the class
    lab-presenting and the name of the thing as `data-beat`, and the style sheets hide everything else.
    """
