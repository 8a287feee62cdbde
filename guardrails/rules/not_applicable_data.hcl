# Controls of data stores, keys, secrets and messaging that cannot be a rule about what a program registers.

not_applicable {
  controls = ["DynamoDB.3", "DynamoDB.7"]
  because  = "They look at clusters of DynamoDB Accelerator, not at tables. No component creates one."
}

not_applicable {
  controls = ["KMS.3"]
  because  = "It looks at keys that wait for their deletion, a state that no program describes: a program either has a key or has it no more. Key protects its key in production (deletionProtection), and KMS keeps a deleted one for 7 days at least."
}

not_applicable {
  controls = ["S3.1"]
  because  = "It looks at the block of public access of the whole account, which whoever runs the account sets once. S3.8 and CKV_AWS_53 to 56 ask each bucket."
}

not_applicable {
  controls = ["S3.19", "S3.24"]
  because  = "They look at access points and Multi-Region access points, not at buckets. No component creates one."
}

not_applicable {
  controls = ["S3.25"]
  because  = "It looks at directory buckets, which are another type of resource (aws:s3/directoryBucket). No component creates one."
}

not_applicable {
  controls = ["SecretsManager.2"]
  because  = "It looks at whether the last rotation succeeded, which only the running system knows. SecretsManager.1 asks for the rotation, and Secret has an alarm on its failures."
}

not_applicable {
  controls = ["SecretsManager.3"]
  because  = "It looks at when a secret was last read, which only the running system knows."
}
