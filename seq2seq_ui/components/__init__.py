"""The components made here: thin classes over `gr.HTML`, each in a folder with its HTML, JavaScript and CSS.

Their value is a JSON *text*: Gradio would wrap an object in proxies and compare it by serialising it several times.
"""

from .address.address import Address
from .candidates.candidates import Candidates
from .handout.handout import Handout
from .header.header import Header
from .lesson.lesson import Lesson
from .live_run.live_run import LiveRun
from .model_picker.model_picker import ModelPicker
from .network.network import Network
from .notice.notice import Notice
from .pictures.pictures import Pictures
from .plotly_chart.plotly_chart import PlotlyChart
from .probe.probe import Probe
from .question.question import Question
from .round_trip.round_trip import RoundTrip
from .stepper.stepper import Stepper
from .table.table import Table
from .translation.translation import Translation
from .upload.upload import Upload

__all__ = [
    "Address",
    "Candidates",
    "Handout",
    "Header",
    "Lesson",
    "LiveRun",
    "ModelPicker",
    "Network",
    "Notice",
    "Pictures",
    "PlotlyChart",
    "Probe",
    "Question",
    "RoundTrip",
    "Stepper",
    "Table",
    "Translation",
    "Upload",
]
