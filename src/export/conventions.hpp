#pragma once
// The names of OpenTelemetry's semantic conventions that we use, all in one place: a renamed one is one line here.
// https://opentelemetry.io/docs/specs/semconv/cicd/ and /registry/attributes/vcs/, release 1.43.0. What they have no
// name for is ci_optimizer.*.
#include <string_view>

namespace ci::exporter::convention {

inline constexpr std::string_view kSchemaUrl = "https://opentelemetry.io/schemas/1.43.0";

inline constexpr std::string_view kServiceName = "service.name";
inline constexpr std::string_view kErrorType = "error.type";

inline constexpr std::string_view kPipelineName = "cicd.pipeline.name";
inline constexpr std::string_view kPipelineAction = "cicd.pipeline.action.name";
inline constexpr std::string_view kPipelineResult = "cicd.pipeline.result";
inline constexpr std::string_view kRunId = "cicd.pipeline.run.id";
inline constexpr std::string_view kRunUrl = "cicd.pipeline.run.url.full";
inline constexpr std::string_view kTaskName = "cicd.pipeline.task.name";
inline constexpr std::string_view kTaskRunId = "cicd.pipeline.task.run.id";
inline constexpr std::string_view kTaskRunResult = "cicd.pipeline.task.run.result";
inline constexpr std::string_view kTaskRunUrl = "cicd.pipeline.task.run.url.full";

inline constexpr std::string_view kRepositoryUrl = "vcs.repository.url.full";
inline constexpr std::string_view kRepositoryName = "vcs.repository.name";
inline constexpr std::string_view kOwnerName = "vcs.owner.name";
inline constexpr std::string_view kProviderName = "vcs.provider.name";
inline constexpr std::string_view kHeadName = "vcs.ref.head.name";
inline constexpr std::string_view kHeadRevision = "vcs.ref.head.revision";

inline constexpr std::string_view kHostArch = "host.arch";
inline constexpr std::string_view kOsDescription = "os.description";

inline constexpr std::string_view kRunAttempt = "ci_optimizer.run.attempt";
inline constexpr std::string_view kMatrix = "ci_optimizer.matrix";
inline constexpr std::string_view kStep = "ci_optimizer.step";
inline constexpr std::string_view kExitCode = "ci_optimizer.exit_code";
inline constexpr std::string_view kRecordId = "ci_optimizer.record.id";
inline constexpr std::string_view kLane = "ci_optimizer.lane";
inline constexpr std::string_view kAptTier = "ci_optimizer.apt.tier";
inline constexpr std::string_view kAptSeconds = "ci_optimizer.apt.duration";
inline constexpr std::string_view kAptPackages = "ci_optimizer.apt.packages";

inline constexpr std::string_view kCacheEvent = "ci_optimizer.cache";
inline constexpr std::string_view kCacheName = "ci_optimizer.cache.name";
inline constexpr std::string_view kCacheKey = "ci_optimizer.cache.key";
inline constexpr std::string_view kCacheOutcome = "ci_optimizer.cache.outcome";
inline constexpr std::string_view kCacheReason = "ci_optimizer.cache.reason";
inline constexpr std::string_view kCacheBytes = "ci_optimizer.cache.size";
inline constexpr std::string_view kCacheSaved = "ci_optimizer.cache.saved_duration";

inline constexpr std::string_view kProblemEvent = "ci_optimizer.problem";
inline constexpr std::string_view kProblemLevel = "ci_optimizer.problem.level";
inline constexpr std::string_view kProblemStep = "ci_optimizer.problem.step";
inline constexpr std::string_view kProblemKind = "ci_optimizer.problem.kind";
inline constexpr std::string_view kProblemMessage = "ci_optimizer.problem.message";

}  // namespace ci::exporter::convention
