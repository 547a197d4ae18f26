"""How the agent listens."""

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams

SAMPLE_RATE = 8000
# Pipecat's own default.
STOP_SECS = 0.2


def open_detector() -> SileroVADAnalyzer:
    return SileroVADAnalyzer(params=VADParams(stop_secs=STOP_SECS))
