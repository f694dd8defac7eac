#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Catches mails: an SMTP server on the loopback address that writes each mail as a line of JSON.

Every line holds from, to, subject (decoded), message_id, date and text. Nothing is delivered.
Faults: --refuse N answers the next N mails with 451, --reject N with 550, --drop N takes the text
of the next N mails and closes the connection without an answer (they are written all the same).
"""
import argparse
import asyncio
import email
import email.policy
import json
import os
import signal

from aiosmtpd.smtp import SMTP


class Catcher:
    def __init__(self, arguments):
        self.output = arguments.output
        self.refuse = arguments.refuse
        self.reject = arguments.reject
        self.drop = arguments.drop

    async def handle_DATA(self, server, session, envelope):
        if self.refuse > 0:
            self.refuse -= 1
            return "451 4.3.0 try again later"
        if self.reject > 0:
            self.reject -= 1
            return "550 5.1.1 no such mailbox"
        self.write(envelope)
        if self.drop > 0:
            self.drop -= 1
            server.transport.abort()
        return "250 2.0.0 caught"

    def write(self, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body(preferencelist=("plain",))
        line = {
            "from": str(mail["From"] or envelope.mail_from),
            "to": str(mail["To"] or ", ".join(envelope.rcpt_tos)),
            "subject": str(mail["Subject"] or ""),
            "message_id": str(mail["Message-ID"] or ""),
            "date": str(mail["Date"] or ""),
            "text": body.get_content().replace("\r\n", "\n") if body else "",
            "envelope": {"from": envelope.mail_from, "to": envelope.rcpt_tos},
        }
        # One write of one line, so that a reader never sees half of it.
        with open(self.output, "ab", buffering=0) as output:
            output.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def tell_port(path, port):
    if path:
        with open(path + ".new", "w") as file:
            file.write(f"{port}\n")
        os.rename(path + ".new", path)
    print(json.dumps({"message": "listening", "port": port}), flush=True)


async def serve(arguments):
    catcher = Catcher(arguments)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    open(arguments.output, "ab").close()
    server = await loop.create_server(
        lambda: SMTP(catcher, hostname="catcher.localhost", data_size_limit=1 << 20,
                     enable_SMTPUTF8=False, timeout=60),
        "127.0.0.1", arguments.port)
    tell_port(arguments.port_file, server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--port-file", help="the port is written there once it is open")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--output", help="file of mails, one JSON object a line")
    where.add_argument("--folder", help="the same, named mails.jsonl in this folder")
    parser.add_argument("--refuse", type=int, default=0, metavar="N", help="451 to the next N")
    parser.add_argument("--reject", type=int, default=0, metavar="N", help="550 to the next N")
    parser.add_argument("--drop", type=int, default=0, metavar="N", help="no answer to the next N")
    arguments = parser.parse_args()
    arguments.output = arguments.output or os.path.join(arguments.folder, "mails.jsonl")
    asyncio.run(serve(arguments))


if __name__ == "__main__":
    main()
