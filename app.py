"""Seq2Seq Lab: what a Hugging Face Space runs. Locally: python app.py"""

from seq2seq_ui import launch

if __name__ == "__main__":
    launch()
