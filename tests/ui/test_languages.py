"""Every text of the page in every language, and each visitor in theirs."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from string import Formatter

import httpx
import orjson
import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from gradio_client import Client

from seq2seq_core.decimals import decimal
from seq2seq_core.language import CATALOGUES, catalogue, languages, speaking, spoken, tr, tr_n
from seq2seq_ui.answers import Question
from seq2seq_ui.components.base import scripts_url, words_js
from seq2seq_ui.links import View
from seq2seq_ui.page import build_page
from seq2seq_ui.server.speaking import language_of
from seq2seq_ui.wording import CALLS, PACKAGES, ROOT, template, up_to_date

OTHERS = languages()[1:]
# before these stands a narrow no-break space, before a colon a no-break one
NARROW, WIDE = "\u202f", "\u00a0"


@pytest.fixture(scope="module")
def found() -> Catalog:
    return template()


def messages(language: str) -> list[Message]:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_text_of_the_page_and_no_other(language: str, found: Catalog) -> None:
    """`python -m seq2seq_ui.wording` brings it up to date; what is new is then to be translated."""
    ours = {forms(message.id) for message in messages(language)}
    asked = {forms(message.id) for message in found if message.id}
    assert len(asked) > 1000
    assert asked - ours == set(), "missing"
    assert ours - asked == set(), "unused"
    assert [message.id for message in messages(language) if not all(forms(message.string))] == [], "not translated"
    assert [message.id for message in messages(language) if message.fuzzy] == []


def test_a_place_that_a_text_sends_to_is_called_so_on_the_page(found: Catalog) -> None:
    """Cards and docs are no texts of the page, so nothing else would notice that it was renamed."""
    shown = [text for message in found for text in forms(message.id)]
    files = [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("pretrained/*/README.md")]
    named = [(file, place) for file in files for place in re.findall(r"under\s+“([^”]+)”", file.read_text("utf-8"))]
    assert len(named) > 1
    assert [(file, place) for file, place in named if not any(text.startswith(place) for text in shown)] == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_what_is_filled_in_and_marked(language: str) -> None:
    for message in messages(language):
        ids, strings = forms(message.id), forms(message.string)
        assert fields(strings[-1]) == fields(ids[-1]), ids
        for string in strings:
            assert fields(string) <= fields(ids[-1]), ids  # where it is one, the number may be said in words
            assert sorted(re.findall(r"`[^`]*`", string)) == sorted(re.findall(r"`[^`]*`", ids[0])), ids
            assert re.findall(r"</?\w+", string) == re.findall(r"</?\w+", ids[0]), ids


def test_french_is_set_as_french_is() -> None:
    for message in messages("fr"):
        for text in forms(message.string):
            prose = re.sub(r"`[^`]*`|'[\w-]*'|https?:\S+|\{[^}]*\}|%\{.*?\}|<[^>]+>", "x", text)
            assert "'" not in prose, text
            assert not re.search(r"[ \u00a0][;!?»%]", prose), text
            assert not re.search(r"« |«\u00a0| :", prose), text
            outside = re.sub(r"«[^»]*»", "x", prose)  # what is quoted may be English
            assert not re.search(r"[^\W\d_][;!?]", outside), text


def test_a_count_takes_the_languages_own_form() -> None:
    counted = (forms(message.id) for message in messages("fr") if len(forms(message.id)) == 2)
    one, many = next((one, many) for one, many in counted if fields(many) == {"count"})
    singular, plural = catalogue("fr").forms[one]
    with speaking("fr"):
        assert [tr_n(one, many, count) for count in (0, 1, 1.5)] == [singular.format(count=n) for n in (0, 1, 1.5)]
        assert tr_n(one, many, 2) == plural.format(count=2)
    assert [tr_n(one, many, count) for count in (0, 1)] == [many.format(count=0), one.format(count=1)]


def test_whoever_says_nothing_speaks_english() -> None:
    assert spoken() == "en"
    with speaking("tlh"):  # no catalogue of that
        assert tr("Translate") == "Translate"
    with speaking("fr"):
        assert (tr("Translate"), decimal(-0.5, 1)) == ("Traduire", "−0,5")
        assert tr("Nobody has translated {this}.", this="x") == "Nobody has translated x."
    assert (tr("Translate"), decimal(-0.5, 1)) == ("Translate", "−0.5")


def test_a_text_is_one_literal() -> None:
    """What is put together before it is translated, no catalogue has."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS:
                    assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), f"{path}:{call.lineno}"


def test_a_catalogue_that_is_brought_up_to_date_keeps_what_was_translated() -> None:
    found = Catalog()
    found.add("Hello", locations=[("a.py", 1)])
    found.add(("{count} cat", "{count} cats"), locations=[("a.py", 1)])
    header = (CATALOGUES / "fr.po").read_text(encoding="utf-8").partition("\n\n")[0]
    old = f'{header}\n\nmsgid "Hello"\nmsgstr "Bonjour"\n\nmsgid "Gone"\nmsgstr "Parti"\n'
    new = up_to_date(old, found)
    assert new.startswith(header)
    read = {forms(message.id): forms(message.string) for message in read_po(BytesIO(new.encode())) if message.id}
    assert read == {("Hello",): ("Bonjour",), ("{count} cat", "{count} cats"): ("", "")}
    assert up_to_date(new, found) == new


@pytest.mark.parametrize(
    ("headers", "query", "language"),
    [
        ({}, "", "en"),
        ({"accept-language": "fr"}, "", "fr"),
        ({"accept-language": "fr-CA,fr;q=0.9,en;q=0.8"}, "", "fr"),
        ({"accept-language": "en-GB,en;q=0.9,fr;q=0.8"}, "", "en"),
        ({"accept-language": "de,fr;q=0.5,en;q=0.3"}, "", "fr"),
        ({"accept-language": "de"}, "", "en"),
        ({"accept-language": "fr;q=0,en;q=0.1"}, "", "en"),
        ({"accept-language": "fr;q=much, ;;, *"}, "", "en"),
        ({"accept-language": "FR"}, "", "fr"),  # not "FR", which has no words
        ({"accept-language": "en; q=0.3, Fr-ca; q=0.9"}, "", "fr"),
        ({}, "lang=FR", "fr"),
        ({"accept-language": "fr"}, "lang=en", "en"),
        ({}, "text=Hi.&lang=fr", "fr"),
        ({}, "lang=tlh&lang=fr", "fr"),
        ({"referer": "http://lab.test/?lang=fr", "accept-language": "en"}, "", "fr"),
        ({"referer": "http://[half?lang", "accept-language": "fr"}, "", "fr"),
    ],
)
def test_the_address_chooses_then_the_browser(headers: dict[str, str], query: str, language: str) -> None:
    assert language_of(headers, query) == language


def test_an_answer_belongs_to_a_language() -> None:
    link = View(text="Be nice.")
    with speaking("fr"):
        french = Question.of("translate", link)
    assert french != Question.of("translate", link)
    assert Question.from_json(french.to_json()) == french


def config(url: str, **headers: str) -> dict[str, object]:
    return orjson.loads(httpx.get(f"{url}config", headers=headers).content)


def labels(config: dict[str, object]) -> dict[int, object]:
    return {each["id"]: each["props"].get("label") for each in config["components"]}


def test_the_page_is_the_same_in_every_language_but_for_its_words(url: str) -> None:
    english, french = config(url), config(url, **{"Accept-Language": "fr"})
    assert [each["type"] for each in english["components"]] == [each["type"] for each in french["components"]]
    assert labels(english).keys() == labels(french).keys()
    assert english["dependencies"] == french["dependencies"]
    assert "Traduire" in labels(french).values()
    assert "Traduire" not in labels(english).values()
    assert f"{scripts_url('fr')}/stream.js" in french["head"]
    assert f"{scripts_url()}/stream.js" in english["head"]
    page = httpx.get(url, headers={"Accept-Language": "fr"})
    assert page.headers["content-language"] == "fr"
    assert "Accept-Language" in page.headers["vary"]
    assert "Traduire" in page.text
    assert "Traduire" not in httpx.get(f"{url}?lang=en", headers={"Accept-Language": "fr"}).text


def test_each_page_of_a_process_has_its_own_words() -> None:
    for page in [build_page(), build_page()]:
        english = [each["id"] for each in page.config["components"]]
        with speaking("fr"):
            assert [each["id"] for each in page.config["components"]] == english


def test_the_scripts_have_their_texts_in_every_language(url: str) -> None:
    french = httpx.get(f"{url}{scripts_url('fr')}/words.js")
    assert french.content == words_js("fr")
    assert "lien copié" in french.text
    assert "immutable" in french.headers["cache-control"]
    assert "{}" in httpx.get(f"{url}{scripts_url()}/words.js").text
    assert httpx.get(f"{url}{scripts_url('fr')}/base.js").content == httpx.get(f"{url}{scripts_url()}/base.js").content
    assert httpx.get(f"{url}{scripts_url('tlh')}/base.js").status_code == 404
    assert httpx.get(f"{url}{scripts_url('tlh')}/words.js").status_code == 404


def test_a_file_has_the_same_numbers_and_words_for_everybody(url: str) -> None:
    asked = {"text": "Be nice.", "instrument": "surprise"}
    english = httpx.get(f"{url}_lab/inside.csv", params=asked).content
    assert b"surprise of what was written" in english
    assert httpx.get(f"{url}_lab/inside.csv", params=asked, headers={"Accept-Language": "fr"}).content == english


def test_a_visitor_is_refused_in_their_language_and_a_program_in_english(url: str) -> None:
    bad = {"text": "", "method": "greedy"}
    english = httpx.get(f"{url}_lab/trace.json", params=bad).text
    french = httpx.get(f"{url}_lab/trace.json", params=bad, headers={"Referer": f"{url}?lang=fr"}).text
    assert french != english
    with speaking("fr"):
        assert french == tr(english)
    with pytest.raises(Exception, match="There is no model"):
        Client(url, verbose=False, headers={"Accept-Language": "fr"}).predict("Hi.", "nope", api_name="/translate")
