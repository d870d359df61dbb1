"""The components made here: thin classes over `gr.HTML`, each in a folder with its HTML, JavaScript and CSS.

Their value is a JSON *text*: Gradio would wrap an object in proxies and compare it by serialising it several times.
"""

from .address.address import Address
from .header.header import Header
from .lengthened.lengthened import Lengthened
from .live_run.live_run import LiveRun
from .notice.notice import Notice
from .plotly_chart.plotly_chart import PlotlyChart
from .probe.probe import Probe
from .round_trip.round_trip import RoundTrip
from .stepper.stepper import Stepper
from .translation.translation import Translation
from .upload.upload import Upload

__all__ = [
    "Address",
    "Header",
    "Lengthened",
    "LiveRun",
    "Notice",
    "PlotlyChart",
    "Probe",
    "RoundTrip",
    "Stepper",
    "Translation",
    "Upload",
]
