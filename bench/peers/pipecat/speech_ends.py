"""When Silero, as the agent uses it, takes speech for ended: for each file given (16-bit linear samples at 8 kHz, one
line of a caller), the milliseconds of audio after which the last end of speech was reported, as a list in JSON."""

import asyncio
import json
import pathlib
import sys

from listening import SAMPLE_RATE, open_detector
from loguru import logger
from pipecat.audio.vad.vad_analyzer import VADState

FRAME_MS = 20
FRAME_BYTES = SAMPLE_RATE * 2 * FRAME_MS // 1000


async def speech_end_ms(audio: bytes) -> int | None:
    analyzer = open_detector()
    analyzer.set_sample_rate(SAMPLE_RATE)
    ended_at_ms = None
    before = VADState.QUIET
    for start in range(0, len(audio), FRAME_BYTES):
        state = await analyzer.analyze_audio(audio[start : start + FRAME_BYTES])
        if state is VADState.QUIET and before is VADState.STOPPING:
            ended_at_ms = start // FRAME_BYTES * FRAME_MS + FRAME_MS
        before = state
    await analyzer.cleanup()
    return ended_at_ms


async def main() -> None:
    ends = [
        await speech_end_ms(pathlib.Path(name).read_bytes()) for name in sys.argv[1:]
    ]
    print(json.dumps(ends))


logger.remove()
asyncio.run(main())
