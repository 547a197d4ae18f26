"""A phone agent on Pipecat, as its documentation builds one for Twilio, with vendors that answer at once.

Settings come from the environment:
    REPLY_AUDIO      file with the reply, 16-bit linear samples at 8 kHz
    SIBLING_STREAMS  stream addresses of other processes of this program, separated by commas: this one answers the
                     webhook, and calls go to all of them in turn
When it is ready it prints one line of JSON with its port on 127.0.0.1.
"""

import itertools
import json
import os
import pathlib
import socket
import sys

import uvicorn
from fastapi import FastAPI, Response, WebSocket
from listening import SAMPLE_RATE, open_detector
from loguru import logger
from null_vendors import FixedModel, FixedVoice, InstantRecogniser
from pipecat.frames.frames import TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.transports.websocket.fastapi import (
    FastAPIWebsocketParams,
    FastAPIWebsocketTransport,
)
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

# One sentence each: the framework asks for speech sentence by sentence.
GREETING = "Hello, how can I help?"
ANSWER = "I found three, and the first one costs forty-nine dollars."

app = FastAPI()
recording = pathlib.Path(os.environ["REPLY_AUDIO"]).read_bytes()
streams = itertools.cycle(())


@app.post("/voice")
async def voice() -> Response:
    twiml = f'<Response><Connect><Stream url="{next(streams)}"/></Connect></Response>'
    return Response(twiml, media_type="text/xml")


@app.websocket("/media")
async def media(websocket: WebSocket) -> None:
    await websocket.accept()
    _, call = await parse_telephony_websocket(websocket)
    await run_call(websocket, call.stream_id, call.call_id)


async def run_call(websocket: WebSocket, stream_sid: str, call_sid: str) -> None:
    transport = FastAPIWebsocketTransport(
        websocket=websocket,
        params=FastAPIWebsocketParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            add_wav_header=False,
            serializer=TwilioFrameSerializer(
                stream_sid,
                call_sid,
                params=TwilioFrameSerializer.InputParams(auto_hang_up=False),
            ),
        ),
    )
    context = LLMContext()
    user, assistant = LLMContextAggregatorPair(
        context,
        user_params=LLMUserAggregatorParams(
            vad_analyzer=open_detector(),
            user_turn_strategies=UserTurnStrategies(
                stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.0)]
            ),
        ),
    )
    pipeline = Pipeline(
        [
            transport.input(),
            InstantRecogniser("I am looking for something."),
            user,
            FixedModel(ANSWER),
            FixedVoice(recording, SAMPLE_RATE),
            transport.output(),
            assistant,
        ]
    )
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(
            audio_in_sample_rate=SAMPLE_RATE, audio_out_sample_rate=SAMPLE_RATE
        ),
        enable_rtvi=False,
        enable_turn_tracking=False,
    )

    @transport.event_handler("on_client_connected")
    async def greet(_transport, _client):
        await worker.queue_frame(TTSSpeakFrame(GREETING))

    @transport.event_handler("on_client_disconnected")
    async def end(_transport, _client):
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


async def serve() -> None:
    global streams
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    port = listener.getsockname()[1]
    siblings = [url for url in os.environ.get("SIBLING_STREAMS", "").split(",") if url]
    streams = itertools.cycle([f"ws://127.0.0.1:{port}/media", *siblings])
    config = uvicorn.Config(
        app,
        http="httptools",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )
    print(json.dumps({"ready": True, "name": "pipecat", "port": port}), flush=True)
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    import uvloop

    uvloop.run(serve())
