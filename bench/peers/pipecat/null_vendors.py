"""Vendors that answer at once: each does what a real service of its kind does towards the framework, without a vendor behind it."""

from collections.abc import AsyncGenerator

from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService
from pipecat.services.settings import LLMSettings, STTSettings, TTSSettings
from pipecat.services.stt_service import STTService
from pipecat.services.tts_service import TTSService
from pipecat.utils.time import time_now_iso8601


class InstantRecogniser(STTService):
    """Takes all audio, and has a final transcript in the moment in which speech has ended."""

    def __init__(self, transcript: str):
        super().__init__(
            ttfs_p99_latency=0.0, settings=STTSettings(model=None, language=None)
        )
        self._transcript = transcript

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        yield None

    async def process_frame(self, frame: Frame, direction: FrameDirection):
        await super().process_frame(frame, direction)
        if isinstance(frame, VADUserStoppedSpeakingFrame):
            transcript = TranscriptionFrame(
                self._transcript, self._user_id, time_now_iso8601(), finalized=True
            )
            await self.push_frame(transcript)


class FixedModel(LLMService):
    """Answers every turn with the same text, in one piece."""

    def __init__(self, answer: str):
        super().__init__(
            settings=LLMSettings(
                model=None,
                system_instruction=None,
                temperature=None,
                max_tokens=None,
                top_p=None,
                top_k=None,
                frequency_penalty=None,
                presence_penalty=None,
                seed=None,
                filter_incomplete_user_turns=False,
                user_turn_completion_config=None,
            )
        )
        self._answer = answer

    async def process_frame(self, frame: Frame, direction: FrameDirection):
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        await self.push_frame(LLMTextFrame(self._answer))
        await self.push_frame(LLMFullResponseEndFrame())


class FixedVoice(TTSService):
    """Speaks every text as the same recording: 16-bit linear samples at `sample_rate`."""

    def __init__(self, recording: bytes, sample_rate: int):
        super().__init__(
            sample_rate=sample_rate,
            push_start_frame=True,
            push_stop_frames=True,
            settings=TTSSettings(model=None, voice=None, language=None),
        )
        self._recording = recording

    async def run_tts(
        self, text: str, context_id: str
    ) -> AsyncGenerator[Frame | None, None]:
        for start in range(0, len(self._recording), self.chunk_size):
            piece = self._recording[start : start + self.chunk_size]
            yield TTSAudioRawFrame(piece, self.sample_rate, 1, context_id=context_id)
