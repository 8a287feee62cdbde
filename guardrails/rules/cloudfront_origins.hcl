# Distributions of CloudFront: what lies behind them, and the headers they answer with.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html

guardrail "CloudFront.4" {
  title    = "Distributions have a spare origin"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "originGroups"
  require  = length(self.originGroups) > 0 && alltrue([for g in self.originGroups : length(g.members) >= 2 && g.failoverCriteria != null])
  message  = "What is not cached is gone for as long as the one origin is."
  remedy   = "Add originGroups with two members and failoverCriteria: failoverBucketArn and failoverBucketDomainName, or failoverOriginDomainName, of CDN."
  severity = "low"
  controls = ["CKV_AWS_310"]

  pass "spare" { self = { originGroups = [{ originId = "files", failoverCriteria = { statusCodes = [500, 502, 503, 504] }, members = [{ originId = "bucket" }, { originId = "copy" }] }] } }
  fail "default" { self = { origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com" }] } }
  fail "group of one" { self = { originGroups = [{ originId = "files", failoverCriteria = { statusCodes = [500] }, members = [{ originId = "bucket" }] }] } }
  break { originGroups = null }
}

# The control allows match-viewer where viewers have to use HTTPS; CKV2_AWS_72 does not, and nothing needs it.
guardrail "CloudFront.9" {
  title    = "Distributions reach their origins by HTTPS"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "origins"
  require  = alltrue([for o in self.origins : o.customOriginConfig == null || o.customOriginConfig.originProtocolPolicy == "https-only"])
  message  = "Requests travel in plain between this distribution and an origin: ${join(", ", [for o in self.origins : o.originId if o.customOriginConfig != null && o.customOriginConfig.originProtocolPolicy != "https-only"])}."
  remedy   = "Set customOriginConfig.originProtocolPolicy to https-only in origins. The component CDN does."
  severity = "medium"
  controls = ["CKV2_AWS_72"]

  pass "https" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only", originSslProtocols = ["TLSv1.2"] } }] } }
  pass "bucket" { self = { origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com", originAccessControlId = "E1" }] } }
  fail "http" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "http-only", originSslProtocols = ["TLSv1.2"] } }] } }
  fail "as viewers do" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "match-viewer", originSslProtocols = ["TLSv1.2"] } }] } }
  break { origins = [{ originId = self.defaultCacheBehavior.targetOriginId, domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "http-only", originSslProtocols = ["TLSv1.2"] } }] }
}

# The control is about SSLv3. TLS 1.0 and 1.1 are as dead: https://datatracker.ietf.org/doc/html/rfc8996
guardrail "CloudFront.10" {
  title    = "Distributions speak TLS 1.2 with their origins"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "origins"
  require  = alltrue([for o in self.origins : alltrue([for p in o.customOriginConfig.originSslProtocols : p == "TLSv1.2"])])
  message  = "This distribution takes a version of TLS from an origin that is broken: ${join(", ", distinct(flatten([for o in self.origins : [for p in o.customOriginConfig.originSslProtocols : p if p != "TLSv1.2"]])))}."
  remedy   = "Set customOriginConfig.originSslProtocols to [\"TLSv1.2\"] in origins. The component CDN does."
  severity = "medium"
  controls = ["CKV2_AWS_54"]

  pass "1.2" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only", originSslProtocols = ["TLSv1.2"] } }] } }
  pass "bucket" { self = { origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com", originAccessControlId = "E1" }] } }
  fail "ssl" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only", originSslProtocols = ["SSLv3", "TLSv1.2"] } }] } }
  fail "1.0" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only", originSslProtocols = ["TLSv1", "TLSv1.2"] } }] } }
  break { origins = [{ originId = self.defaultCacheBehavior.targetOriginId, domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only", originSslProtocols = ["SSLv3", "TLSv1.2"] } }] }
}

# The website endpoint of a bucket (s3-website) speaks plain HTTP only, and is a custom origin: CloudFront.9 finds it.
guardrail "CloudFront.13" {
  title    = "Buckets are read through an origin access control"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "origins"
  require  = alltrue([for o in self.origins : o.customOriginConfig != null || o.vpcOriginConfig != null || (o.originAccessControlId != null && o.originAccessControlId != "")])
  message  = "A bucket has to be public, or to trust an identity of old, to be read by this distribution: ${join(", ", [for o in self.origins : o.originId if o.customOriginConfig == null && o.vpcOriginConfig == null && o.originAccessControlId == null])}."
  remedy   = "Set originAccessControlId in origins to an aws.cloudfront.OriginAccessControl, and let that in by the policy of the bucket. The component CDN does."
  severity = "medium"
  controls = ["CKV2_AWS_46"]

  pass "access control" { self = { origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com", originAccessControlId = "E1" }] } }
  pass "program" { self = { origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only" } }] } }
  fail "public" { self = { origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com" }] } }
  fail "identity" { self = { origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com", s3OriginConfig = { originAccessIdentity = "origin-access-identity/cloudfront/E1" } }] } }
  break {
    origins           = [for o in self.origins : { originId = o.originId, domainName = "files.s3.eu-central-1.amazonaws.com" }]
    defaultRootObject = "index.html"
  }
}

guardrail "CKV2_AWS_32" {
  title    = "Answers of distributions carry security headers"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "defaultCacheBehavior.responseHeadersPolicyId"
  require  = alltrue([for b in flatten([self.defaultCacheBehavior, self.orderedCacheBehaviors]) : b.responseHeadersPolicyId != null if b != null])
  message  = "Browsers are not told what the pages of this distribution may do, nor to use HTTPS the next time."
  remedy   = "Set responseHeadersPolicyId in defaultCacheBehavior and in all orderedCacheBehaviors. The component CDN makes a policy."
  severity = "low"

  pass "policy" { self = { defaultCacheBehavior = { responseHeadersPolicyId = "67f7725c-6f97-4210-82d7-5512b31e9d03" } } }
  fail "default" { self = { defaultCacheBehavior = { targetOriginId = "origin" } } }
  fail "not on a path" { self = { defaultCacheBehavior = { responseHeadersPolicyId = "67f7725c-6f97-4210-82d7-5512b31e9d03" }, orderedCacheBehaviors = [{ pathPattern = "/assets/*" }] } }
  break { orderedCacheBehaviors = [{ pathPattern = "/assets/*", targetOriginId = self.defaultCacheBehavior.targetOriginId, viewerProtocolPolicy = "redirect-to-https" }] }
}

# The control wants "preload" too. That puts a domain, all below it included, into the programs of browsers, from where it takes
# months to come back; who may decide this is the owner of the domain, not of a distribution: https://hstspreload.org
guardrail "CKV_AWS_259" {
  title    = "Browsers are told to use HTTPS alone for a year"
  resource = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
  property = "securityHeadersConfig.strictTransportSecurity"
  require = alltrue([
    self.securityHeadersConfig.strictTransportSecurity.includeSubdomains == true,
    self.securityHeadersConfig.strictTransportSecurity.override == true,
    coalesce(self.securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec, 0) >= 31536000,
  ])
  message  = "A browser may be led to speak plain HTTP: the policy says for ${coalesce(self.securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec, 0)} seconds that it must not${self.securityHeadersConfig.strictTransportSecurity.includeSubdomains == true ? "" : ", and not for subdomains"}."
  remedy   = "Set securityHeadersConfig.strictTransportSecurity with accessControlMaxAgeSec of at least 31536000, includeSubdomains and override. CDN does in production; a sandbox says 300 seconds, so that nobody is locked out of a name."
  severity = "low"

  pass "a year" { self = { securityHeadersConfig = { strictTransportSecurity = { accessControlMaxAgeSec = 31536000, includeSubdomains = true, override = true } } } }
  fail "not said" { self = { securityHeadersConfig = { contentTypeOptions = { override = true } } } }
  fail "minutes" { self = { securityHeadersConfig = { strictTransportSecurity = { accessControlMaxAgeSec = 300, includeSubdomains = true, override = true } } } }
  fail "without subdomains" { self = { securityHeadersConfig = { strictTransportSecurity = { accessControlMaxAgeSec = 63072000, override = true } } } }
  break { securityHeadersConfig = { strictTransportSecurity = { accessControlMaxAgeSec = 300, includeSubdomains = true, override = true } } }
}
