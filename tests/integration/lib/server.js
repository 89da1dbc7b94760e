'use strict';
// A loopback mirror: serves a folder over HTTP and misbehaves where it is told to.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

class Server {
  constructor(folder) {
    this.folder = folder;
    this.requests = []; // paths, in order
    this.ports = []; // the client's, of each request
    this.faults = []; // { pattern, fault }
    this.waiting = []; // { pattern, resolve }
    this.timers = new Set();
    this.http = http.createServer((request, response) => this.#answer(request, response));
  }

  async listen() {
    await new Promise((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    this.host = `127.0.0.1:${this.http.address().port}`;
    this.url = `http://${this.host}`;
    return this;
  }

  // Answers of paths that match `pattern` get the fault, one of
  //   { stall: true }         headers and half of the body, then nothing
  //   { trickle: N }          N bytes a second
  //   { status: N }           that status and an empty body
  //   { wrong: true }         the right length, other bytes
  //   { reset: true }         half of the body, then the connection is torn down
  //   { delay: MILLISECONDS } the right answer, late
  fault(pattern, fault) {
    this.faults.unshift({ pattern, fault });
  }

  mend() {
    this.faults = [];
  }

  // Resolves when a path that matches `pattern` has been asked for, at once when it has been already.
  asked(pattern) {
    if (this.requests.some((asked) => pattern.test(asked))) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ pattern, resolve }));
  }

  // The number of connections on which paths that match `pattern` were asked for.
  connections(pattern) {
    return new Set(this.ports.filter((_, i) => pattern.test(this.requests[i]))).size;
  }

  async close() {
    for (const timer of this.timers) clearTimeout(timer);
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  #later(milliseconds, action) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, milliseconds);
    this.timers.add(timer);
  }

  #answer(request, response) {
    const asked = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    this.requests.push(asked);
    this.ports.push(request.socket.remotePort);
    this.waiting = this.waiting.filter(({ pattern, resolve }) => !(pattern.test(asked) && (resolve(), true)));
    const fault = this.faults.find(({ pattern }) => pattern.test(asked))?.fault ?? {};
    if (fault.status) return this.#empty(response, fault.status);
    const file = path.join(this.folder, path.normalize(asked));
    if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return this.#empty(response, 404);

    let body = fs.readFileSync(file);
    if (fault.wrong) body = Buffer.from(body.map((byte) => byte ^ 0xff));
    const send = () => {
      response.writeHead(200, {
        'Content-Length': body.length,
        'Last-Modified': fs.statSync(file).mtime.toUTCString(),
      });
      if (fault.stall) return response.write(body.subarray(0, body.length / 2));
      if (fault.reset) return response.write(body.subarray(0, body.length / 2), () => request.socket.resetAndDestroy());
      if (fault.trickle) return this.#trickle(response, body, fault.trickle);
      return response.end(body);
    };
    if (fault.delay) this.#later(fault.delay, send);
    else send();
  }

  #empty(response, status) {
    response.writeHead(status, { 'Content-Length': 0 });
    response.end();
  }

  #trickle(response, body, bytesPerSecond) {
    if (response.destroyed) return;
    if (body.length === 0) return response.end();
    const piece = Math.ceil(bytesPerSecond / 10);
    response.write(body.subarray(0, piece));
    this.#later(100, () => this.#trickle(response, body.subarray(piece), bytesPerSecond));
  }
}

exports.serve = (folder) => new Server(folder).listen();
