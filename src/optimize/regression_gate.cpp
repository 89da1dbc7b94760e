#include "optimize/regression_gate.hpp"

namespace ci::optimize {

std::optional<history::Problem> regression_problem(const insight::Insight& insight, Gate gate) {
  if (gate == Gate::off || insight::assessment(insight) != statistics::Assessment::regression) return std::nullopt;
  history::Problem problem;
  problem.level = gate == Gate::fail ? history::Problem::Level::failure : history::Problem::Level::warning;
  problem.step = "history";
  problem.kind = "regression";
  problem.message = insight::headline(insight);
  problem.hint = "`ci-optimizer history changes` shows when the job became slower";
  return problem;
}

}  // namespace ci::optimize
