// What goes wrong, as a test asks for it. A fault names a call (see service.mjs) and what happens to it:
//   { call, times?, after?, status, headers?, body? }   answers so instead
//   { call, reset: true }         closes the connection by a reset before any answer
//   { call, stall: true }         takes the request and never answers
//   { call, swallow: true }       does what was asked and then resets the connection
//   { call, delay: ms }           answers later
//   { call: "getBlob", cut: n }   resets the connection after n bytes of the body
//   { call: "getBlob", halt: n }  sends n bytes of the body and then nothing more
//   { call: "getBlob", trickle: ms }         one byte each so many milliseconds
//   { call: "getBlob", ignoreRange: true }   answers 200 with everything
//   { call: "getBlob", shift: n }            answers a range that begins n bytes later
//   { call: "getBlob", total: n }            says that the entry has n bytes
//   { call: "getBlob", flip: true }          changes one bit of what it sends
// `times`: how often (always when it is left out); `after`: how many calls are spared first.
export class Faults {
  #faults = [];

  set(faults) {
    this.#faults = faults.map((fault) => ({ times: Infinity, after: 0, ...fault }));
  }

  // The fault that meets this call, if any.
  next(call) {
    for (const fault of this.#faults) {
      if (fault.call !== call && fault.call !== "*") continue;
      if (fault.after > 0) {
        fault.after--;
        continue;
      }
      if (fault.times <= 0) continue;
      fault.times--;
      return fault;
    }
    return undefined;
  }
}

export function reset(socket) {
  if (socket.resetAndDestroy) socket.resetAndDestroy();
  else socket.destroy();
}
