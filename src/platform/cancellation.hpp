#pragma once
// Whether somebody asked this run to stop.

namespace ci::platform {

class Cancellation {
 public:
  virtual ~Cancellation() = default;
  // The signal that asked (SIGINT, SIGTERM, SIGHUP), or 0.
  [[nodiscard]] virtual int signal() const = 0;
  // A descriptor that turns readable, and stays so, once signal() is not 0; for poll(2). -1 when there is none.
  [[nodiscard]] virtual int descriptor() const = 0;
};

// What becomes of a command or a request when the run is asked to stop; `finish` is for what leaves the world in order.
enum class OnCancellation { stop, finish };

}  // namespace ci::platform
