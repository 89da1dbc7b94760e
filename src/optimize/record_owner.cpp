#include "optimize/record_owner.hpp"

namespace ci::optimize {

history::Record record_of(const github::Context& context) {
  history::Record record;
  record.repository = context.repository;
  record.workflow = context.workflow;
  record.job = context.job;
  record.matrix = context.matrix;
  record.step = context.step;
  record.run_id = context.run_id;
  record.run_attempt = context.run_attempt;
  record.branch = context.branch;
  record.commit_sha = context.commit_sha;
  return record;
}

}  // namespace ci::optimize
