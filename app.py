"""Seq2Seq Lab: what a Hugging Face Space runs. Locally: python app.py"""

from seq2seq_ui import build_page

demo = build_page()  # the name under which Gradio's own tools look for it: `gradio app.py`, and a Space's reloading

if __name__ == "__main__":
    demo.launch()
