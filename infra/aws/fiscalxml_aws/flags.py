"""What of the CDK's newer behaviour is chosen: its defaults are those of years ago.

In code and not in cdk.json, so that `make synth`, the tests and the command line have the same.
"""

from __future__ import annotations

from typing import Final

FLAGS: Final = {
    "@aws-cdk/core:checkSecretUsage": True,
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-rds:preventRenderingDeprecatedCredentials": True,
    "@aws-cdk/aws-s3:createDefaultLoggingPolicy": True,
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    "@aws-cdk/aws-kms:aliasNameRef": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
}
