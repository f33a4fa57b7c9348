"""An endpoint on loopback that plays answers, honest and hostile, and notes what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: What is played for one request: it writes a whole response.
Play = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Endpoint:
    """A server at work.

    Attributes:
        url: Its base address.
        requests: Bodies that it was sent, in order.
        headers: Their headers.
        most_at_once: The most requests that it had at the same time.
    """

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0

    def articles(self) -> list[dict[str, Any]]:
        """Returns the articles that it was told of."""
        return [json.loads(request["messages"][1]["content"]) for request in self.requests]


@contextmanager
def serve(*plays: Play) -> Iterator[Endpoint]:
    """Runs an endpoint; the last play is repeated."""
    made, guard, under_way = Endpoint(), threading.Lock(), [0]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with guard:
                number = len(made.requests)
                made.requests.append(json.loads(body))
                made.headers.append({name.lower(): value for name, value in self.headers.items()})
                under_way[0] += 1
                made.most_at_once = max(made.most_at_once, under_way[0])
            try:
                plays[min(number, len(plays) - 1)](self)
            except OSError:
                self.close_connection = True  # who asked has hung up
            finally:
                with guard:
                    under_way[0] -= 1

        def log_message(self, format: str, *args: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def send(status: int, body: bytes, **headers: str) -> Play:
    """Plays a response as it is."""

    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return play


def say(content: Any, *, finish: str = "stop", tokens: Any = 500) -> Play:
    """Plays a chat completion with this content."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": tokens}
    made = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    return send(200, json.dumps(made).encode())


def tell(incidents: Sequence[dict[str, Any]], **more: Any) -> Play:
    """Plays an answer with these incidents."""
    return say(json.dumps({"incidents": list(incidents)}), **more)


def drip(seconds: float) -> Play:
    """Plays a response whose body comes a byte at a time."""

    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(seconds)

    return play


def flood(handler: BaseHTTPRequestHandler) -> None:
    """Plays a response that does not end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65_536)


def pause(play: Play, seconds: float) -> Play:
    """Plays something after a while."""

    def later(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        play(handler)

    return later
