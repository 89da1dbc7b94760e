#pragma once
// Where the credentials for an S3 service come from.
#include "base/result.hpp"
#include "platform/environment.hpp"
#include "s3/signer.hpp"

namespace ci::s3 {

// Returns the credentials that the AWS tools would take from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
// AWS_SESSION_TOKEN), else from the shared credentials file (AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials; the
// profile AWS_PROFILE, or "default"). Error: permission (there are none, or only a part), io.
base::Result<Credentials> find_credentials(const platform::Environment& environment);

}  // namespace ci::s3
