"""Servers written after rules that no fault of the catalogue had met, of headers and of single minutes."""

from dataclasses import replace

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import Resource
from tests.faulty.noise import Ints
from tests.faulty.plant import Columns, Recounted
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Reply


@fault("security and error bodies")
class ErrorsAsPages(Healthy):
    """What is wrong with a request is said on a page of HTML, and repeated there as it came."""

    def send(self, reply: Reply, sent: Request) -> Response:
        if reply.status != 400:
            return super().send(reply, sent)
        told = " ".join(sent.args.values())
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return Response(f"<!DOCTYPE html><p>Not understood: {told}</p>", 400, headers)


@fault("relations")
class NothingWithoutGzip(Healthy):
    """To a client that does not take gzip a series has no rows."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        is_plain = "gzip" not in sent.headers.get("Accept-Encoding", "")
        if (
            reply.status == 200
            and is_plain
            and isinstance(reply.document, dict)
            and "datas" in reply.document
        ):
            return replace(reply, document={"datas": []})
        return reply


class _Reversed(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        place = np.arange(minutes.size)
        place = place // 15 * 15 + 14 - place % 15
        return {
            name: values[place] if name.startswith("power_") else values for name, values in columns.items()
        }


@fault("statistical")
class QuartersRunBackwards(Odd):
    """Each quarter of an hour comes as one telegram, whose minutes are read from its end."""

    plant_class = _Reversed
    begin = Recounted.begin
