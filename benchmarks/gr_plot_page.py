"""The rival of page.py: the same charts of the same trace, each in a `gr.Plot`. No strips, no cursor, no what-if.

python benchmarks/gr_plot_page.py
"""

from __future__ import annotations

import gradio as gr
import plotly.graph_objects as go

from seq2seq_core import DEFAULT_MODEL, load_model
from seq2seq_core.charts import CHARTS
from seq2seq_ui.page import THEME

model = load_model(DEFAULT_MODEL)


def figures(text: str) -> list[go.Figure]:
    """Each chart as our page first shows it: the cursor where the decoder begins."""
    trace = model.translate(text)
    made = []
    for chart in CHARTS.values():
        parts = chart.build(trace)
        frame = parts["frames"][len(trace.encoder.tokens)]
        figure = go.Figure({"data": frame.get("data", parts["data"]), "layout": parts["layout"]})
        for path, value in frame.get("layout", {}).items():  # dotted keys: title.text
            figure.layout[path] = value
        made.append(figure)
    return made


def build() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
        text = gr.Textbox("Be nice.", label="An English sentence", max_lines=1, elem_id="text")
        with gr.Row():
            plots = [gr.Plot(label=chart.title) for chart in list(CHARTS.values())[:2]]
        plots += [gr.Plot(label=chart.title) for chart in list(CHARTS.values())[2:]]
        text.submit(figures, text, plots, show_progress="hidden")
    return page


if __name__ == "__main__":
    build().launch(theme=THEME, ssr_mode=False)
