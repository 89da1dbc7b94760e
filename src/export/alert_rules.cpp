#include "export/alert_rules.hpp"

namespace ci::exporter {

std::string_view alert_rules() {
  return R"(# Alerts on CI, for Prometheus (rule_files) or vmalert. Made by `ci-optimizer history export --format rules`.
groups:
  - name: ci-optimizer
    rules:
      # The newest runs of a job failed, two or more in a row. A value holds until the next run tells another, for a day at
      # most, so that both a metric that is scraped and one that is written once a run will do.
      - alert: CiBuildFailing
        expr: last_over_time(cicd_build_consecutive_failures{branch="default"}[1d]) >= 2
        labels:
          severity: critical
        annotations:
          summary: '{{ $labels.repository }}: {{ $labels.ci_job }} failed {{ $value }} times in a row'
          description: 'Workflow {{ $labels.workflow }}, job {{ $labels.ci_job }} {{ $labels.matrix }} on the default branch.'

      # The median of a day is 50 % above that of the seven days before, and by more than 2 s. One slow run among several is
      # no alert.
      - alert: CiBuildSlower
        expr: |
          quantile_over_time(0.5, cicd_build_duration_seconds{branch="default",result="success"}[1d])
            > 1.5 * quantile_over_time(0.5, cicd_build_duration_seconds{branch="default",result="success"}[7d] offset 1d)
          and
          quantile_over_time(0.5, cicd_build_duration_seconds{branch="default",result="success"}[1d])
            - quantile_over_time(0.5, cicd_build_duration_seconds{branch="default",result="success"}[7d] offset 1d) > 2
        labels:
          severity: warning
        annotations:
          summary: '{{ $labels.repository }}: {{ $labels.ci_job }} takes {{ $value | humanizeDuration }}, 50 % more than in the week before'
          description: 'Workflow {{ $labels.workflow }}, job {{ $labels.ci_job }} {{ $labels.matrix }} on the default branch.'
)";
}

}  // namespace ci::exporter
