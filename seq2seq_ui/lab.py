"""Lab: what the tabs of a page share, and what a tab is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError
from seq2seq_core.language import tr

from .answers.base import stale
from .components import Address, ModelPicker, Notice
from .library import model_choices
from .links import Link, read_fragment
from .server.edge import NOTICE, told
from .visitors import VISITORS, Visitor

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# an event that asks for an answer: these have a queue of their own (server/decoders.py), and no thread for each value
# that comes or goes (server/edge.py)
ASKS: dict[str, Any] = QUIET | {"queue": False, "preprocess": False, "postprocess": False}
Updates = dict[Any, Any]  # components and their new values, as an event handler returns them

_TAB = TypeVar("_TAB", bound="Tab")
# Gradio counts the tabs that fit before the page's own style has narrowed them, and again when told of another size
_ON_LOAD = "() => dispatchEvent(new Event('resize'))"
_IN_FRONT = "() => document.dispatchEvent(new CustomEvent('seq2seq:front', {{ detail: {{ tab: '{}' }} }}))"


class Tab(ABC):
    """A tab of the page. First all are built, then all are connected: each may use what the others show."""

    title: ClassVar[str]
    link: ClassVar[type[Link]]  # what the address says of it

    item: gr.Tab  # its `select` also comes when a link or another tab leads here
    address: Address
    notice: Notice  # where it says why a link cannot be opened

    @abstractmethod
    def build(self) -> None:
        """Adds the components, inside the tab."""

    @abstractmethod
    def connect(self, lab: Lab) -> None:
        """Adds the events."""

    def open(self, link: Any) -> Updates:
        """Of its `opened`, for a link of its own kind; raises Seq2SeqError.

        It is also opened, with its first view, when it first comes to the front: what takes time to show is shown then.
        """
        return self.at(link)

    def welcome(self, visitor: Visitor) -> Updates:
        """Of its `opened`, for a visitor whose page was loaded anew: what is theirs."""
        return {}

    @property
    def opened(self) -> list[Block]:
        """The components that `open` and `welcome` may set."""
        return [self.address, self.notice]

    def in_words(self, handler: Callable[..., Updates]) -> Callable[..., Updates]:
        """The event's handler. What it cannot do, the notice says; what is on screen stays, dimmed."""

        @wraps(handler)
        def answer(*values: Any, **named: Any) -> Updates:
            try:
                return handler(*values, **named)
            except Seq2SeqError as error:
                return {self.notice: stale(error)}

        vars(answer)[NOTICE] = self.notice
        return answer

    def asked_in_words(self, handler: Callable[..., Awaitable[Updates]]) -> Callable[..., Awaitable[Updates]]:
        """The same for one that waits for an answer."""

        @wraps(handler)
        async def answer(*values: Any, **named: Any) -> Updates:
            try:
                return await handler(*values, **named)
            except Seq2SeqError as error:
                return {self.notice: stale(error)}

        vars(answer)[NOTICE] = self.notice
        return answer

    def at(self, link: Link) -> Updates:
        """Of the `address`: what is on screen."""
        return self.at_query(link.to_query())

    def at_query(self, query: str) -> Updates:
        """The same of a link's query; "": what was on screen stays there."""
        return {self.address: {"tab": self.link.tab, "query": query}} if query else {}


class ModelTab(Tab):
    """A tab that shows models, a visitor's own among them."""

    pickers: Sequence[ModelPicker]  # the lab sees to it that these offer what there is

    @abstractmethod
    def show(self, name: str, *others: str) -> Updates:
        """Of its `opened`, for the model of this name, and for others beside it where the tab has room."""


class Lab:
    """The row of tabs, and the address that shows which view of which one this is."""

    def __init__(self, page: gr.Blocks, tabs: Sequence[type[Tab]]) -> None:
        """Builds the tabs, then connects them; call inside the page."""
        self.page = page
        self.tabs = [tab() for tab in tabs]
        views = {tab.link.tab: {"query": tab.link().to_query(), "keys": tab.link.keys()} for tab in tabs}
        self.address = Address(views, visible="hidden", elem_id="address")
        with gr.Tabs() as self.row:
            for tab in self.tabs:
                tab.address = self.address
                with gr.Tab(tr(tab.title), id=tab.link.tab) as tab.item:
                    tab.build()
        for tab in self.tabs:
            tab.item.select(None, js=_IN_FRONT.format(tab.link.tab))
            tab.connect(self)
        page.load(None, js=_ON_LOAD)
        page.unload(self._close)
        outputs = dict.fromkeys([self.row, *(component for tab in self.tabs for component in tab.opened)])
        # by default one that comes while another is answered would be lost, as Back is right after a tab was clicked
        self.address.open(self._open, None, list(outputs), trigger_mode="multiple", **QUIET)

    def tab(self, kind: type[_TAB]) -> _TAB:
        return next(tab for tab in self.tabs if isinstance(tab, kind))

    def _select(self, tab: Tab) -> Updates:
        return {self.row: gr.Tabs(selected=tab.link.tab)}

    def showing(self, tab: ModelTab) -> Callable[..., Updates]:
        """The handler that shows a model of the visitor's."""

        def show(request: gr.Request, name: str) -> Updates:
            return self.show(tab, VISITORS.of_session(request.session_hash or ""), name)

        return show

    def shown(self, tab: ModelTab) -> list[Block]:
        """What `show` may set."""
        return [*dict.fromkeys([self.row, *self.pickers, *tab.opened])]

    def show(self, tab: ModelTab, visitor: Visitor, *names: str) -> Updates:
        """Models of the visitor's, in a tab that comes to the front."""
        updates = self.offering(visitor, tab.show(*names))
        updates[self.address]["visitor"] = visitor.token
        return self._select(tab) | updates

    @property
    def pickers(self) -> list[ModelPicker]:
        """What `offering` may set."""
        return [picker for tab in self.tabs if isinstance(tab, ModelTab) for picker in tab.pickers]

    def offering(self, visitor: Visitor | None, updates: Updates) -> Updates:
        """The updates, and in every picker the visitor's own models, too, and those that the updates choose."""
        pickers = self.pickers
        own = [model.key for model in visitor.models] if visitor else []
        own += [updates[picker] for picker in pickers if VISITORS.model(updates.get(picker) or "")]
        if not own:
            return updates
        values = {picker: {"value": updates[picker]} if picker in updates else {} for picker in pickers}
        return updates | {picker: gr.update(choices=model_choices(*own), **values[picker]) for picker in pickers}

    async def _close(self, request: gr.Request) -> None:
        """The page was closed, or is loaded anew."""
        VISITORS.close(request.session_hash or "")

    def _open(self, request: gr.Request, event: gr.EventData) -> Updates:
        """A link, in the tab that it is for. One that cannot be opened stays in the address, and the tab says why.

        Where the page was loaded anew, its visitor has back what was theirs.
        """
        session, token = request.session_hash or "", told(event, "visitor", str)
        query, opened = read_fragment(told(event, "fragment", str)), told(event, "opened", int)
        updates: Updates = {}
        visitor = VISITORS.come_back(session, token) if token else VISITORS.known(session)
        if token and visitor:
            for each in self.tabs:
                updates |= each.welcome(visitor)
        tab = next((tab for tab in self.tabs if tab.link.tab == query["tab"]), self.tabs[0])
        try:
            updates |= tab.open(tab.link.from_query(query))
        except Seq2SeqError as error:
            given = {"tab": tab.link.tab, "query": urlencode(query)}
            updates |= {tab.notice: str(error), self.address: given}
        updates = self.offering(visitor, updates)
        if not opened:  # it has come to the front by itself
            return updates
        # what could not be read leaves the address as it was
        updates.setdefault(self.address, {"tab": tab.link.tab, "query": urlencode(query)})["opened"] = opened
        return self._select(tab) | updates
