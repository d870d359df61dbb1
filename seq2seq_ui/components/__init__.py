"""The components made here: thin classes over `gr.HTML`, each with the JavaScript file of its name.

Their value is a JSON *text*: Gradio would wrap an object in proxies and compare it by serialising it several times.
"""

from .lengthened.lengthened import Lengthened
from .live_run.live_run import LiveRun
from .notice.notice import Notice
from .plotly_chart.plotly_chart import PlotlyChart
from .probe.probe import Probe
from .stepper.stepper import Stepper

__all__ = ["Lengthened", "LiveRun", "Notice", "PlotlyChart", "Probe", "Stepper"]
