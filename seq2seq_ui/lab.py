"""Lab: what the tabs of a page share, and what a tab is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import gradio as gr
from gradio.blocks import Block
from gradio.events import Dependency

from .links import Link, read_fragment

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
Updates = dict[Any, Any]  # components and their new values, as an event handler returns them

_TAB = TypeVar("_TAB", bound="Tab")
# Gradio counts the tabs that fit before the page's own style has narrowed them, and again when told of another size
_ON_LOAD = """() => {
  dispatchEvent(new Event("resize"));
  if (location.hash) document.querySelector("#open-link").click();
}"""
_WRITE = "(query) => history.replaceState(null, '', `#${query}`)"


class Tab(ABC):
    """A tab of the page. First all are built, then all are connected: each may use what the others show."""

    title: ClassVar[str]
    link: ClassVar[type[Link]]  # what the address says of it

    item: gr.Tab  # its `select` also comes when a link or another tab leads here

    @abstractmethod
    def build(self) -> None:
        """Adds the components, inside the tab."""

    @abstractmethod
    def connect(self, lab: Lab) -> None:
        """Adds the events."""

    def open(self, query: Mapping[str, str]) -> Updates:
        """Of its `opened`, for a link's query. Then the tab is selected."""
        return {}

    @property
    def opened(self) -> list[Block]:
        """The components that `open` may set."""
        return []


class ModelTab(Tab):
    """A tab that shows models, a visitor's own among them."""

    @abstractmethod
    def show(self, name: str) -> Updates:
        """Of its `opened`, for the model of this name."""


class Lab:
    """The row of tabs, and the address that shows which view of which one this is."""

    def __init__(self, page: gr.Blocks, tabs: Sequence[type[Tab]]) -> None:
        """Builds the tabs, then connects them; call inside the page."""
        self.page = page
        self.tabs = [tab() for tab in tabs]
        with gr.Tabs() as self.row:
            for tab in self.tabs:
                with gr.Tab(tab.title, id=tab.link.tab) as tab.item:
                    tab.build()
        self.address = gr.Textbox(visible="hidden", elem_id="address")
        for tab in self.tabs:
            tab.connect(self)
        self._connect_address()

    def tab(self, kind: type[_TAB]) -> _TAB:
        return next(tab for tab in self.tabs if isinstance(tab, kind))

    def at(self, link: Link) -> Updates:
        """Of the `address`: where this is."""
        return {self.address: link.to_query()}

    def follow(self, event: Dependency) -> None:
        """After an event that sets `address`: the browser's follows."""
        event.then(None, self.address, js=_WRITE)

    def _select(self, tab: Tab) -> Updates:
        return {self.row: gr.Tabs(selected=tab.link.tab)}

    def showing(self, tab: ModelTab) -> Callable[[str], Updates]:
        """The handler that shows a model in a tab and brings that to the front."""
        return lambda name: self._select(tab) | tab.show(name)

    def _connect_address(self) -> None:
        def open_link(fragment: str) -> Any:
            query = read_fragment(fragment)
            for tab in self.tabs:
                if tab.link.tab == query["tab"]:
                    return self._select(tab) | tab.open(query)
            return gr.skip()

        # without a link the server is asked nothing: what was built is what is shown
        button = gr.Button(visible="hidden", elem_id="open-link")
        self.page.load(None, js=_ON_LOAD)
        outputs = [self.row, *(component for tab in self.tabs for component in tab.opened)]
        button.click(open_link, self.address, outputs, js="() => location.hash.slice(1)", **QUIET)
