# Distributions of CloudFront, as viewers see them.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html

# A bucket without it answers "/" with the list of its objects. An origin that is a program answers itself, and needs none.
guardrail "CloudFront.1" {
  title    = "Distributions of files say what stands at their root"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "defaultRootObject"
  require = (self.defaultRootObject != null && self.defaultRootObject != "") || !anytrue([
    for o in self.origins : o.customOriginConfig == null && o.vpcOriginConfig == null && (o.originId == self.defaultCacheBehavior.targetOriginId || anytrue([
      for g in self.originGroups : g.originId == self.defaultCacheBehavior.targetOriginId && anytrue([for m in g.members : m.originId == o.originId])
    ]))
  ])
  message  = "Who asks this distribution for \"/\" may get the list of all files."
  remedy   = "Set defaultRootObject to index.html: rootFile of CDN."
  severity = "critical"
  controls = ["CKV_AWS_305"]

  pass "index" {
    self = { defaultRootObject = "index.html", defaultCacheBehavior = { targetOriginId = "bucket" }, origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com", originAccessControlId = "E1" }] }
  }
  pass "program" {
    self = { defaultCacheBehavior = { targetOriginId = "origin" }, origins = [{ originId = "origin", domainName = "origin.example.com", customOriginConfig = { originProtocolPolicy = "https-only" } }] }
  }
  fail "none" {
    self = { defaultCacheBehavior = { targetOriginId = "bucket" }, origins = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com", originAccessControlId = "E1" }] }
  }
  fail "none with a spare" {
    self = {
      defaultCacheBehavior = { targetOriginId = "files" }
      originGroups         = [{ originId = "files", members = [{ originId = "bucket" }, { originId = "copy" }] }]
      origins              = [{ originId = "bucket", domainName = "files.s3.eu-central-1.amazonaws.com" }, { originId = "copy", domainName = "copies.s3.eu-west-1.amazonaws.com" }]
    }
  }
  break {
    defaultRootObject = null
    originGroups      = null
    origins           = [{ originId = self.defaultCacheBehavior.targetOriginId, domainName = "files.s3.eu-central-1.amazonaws.com", originAccessControlId = "E1" }]
    also              = ["CloudFront.4"]
  }
}

guardrail "CloudFront.3" {
  title    = "Viewers use HTTPS"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "defaultCacheBehavior.viewerProtocolPolicy"
  require  = alltrue([for b in flatten([self.defaultCacheBehavior, self.orderedCacheBehaviors]) : contains(["https-only", "redirect-to-https"], b.viewerProtocolPolicy) if b != null])
  message  = "Files and requests travel in plain between viewers and this distribution."
  remedy   = "Set viewerProtocolPolicy to redirect-to-https in defaultCacheBehavior and in all orderedCacheBehaviors. The component CDN does."
  severity = "medium"
  controls = ["CKV_AWS_34"]

  pass "redirect" { self = { defaultCacheBehavior = { viewerProtocolPolicy = "redirect-to-https" } } }
  pass "only" { self = { defaultCacheBehavior = { viewerProtocolPolicy = "https-only" }, orderedCacheBehaviors = [{ viewerProtocolPolicy = "redirect-to-https" }] } }
  fail "all" { self = { defaultCacheBehavior = { viewerProtocolPolicy = "allow-all" } } }
  fail "all on a path" { self = { defaultCacheBehavior = { viewerProtocolPolicy = "https-only" }, orderedCacheBehaviors = [{ pathPattern = "/assets/*", viewerProtocolPolicy = "allow-all" }] } }
  break { orderedCacheBehaviors = [{ pathPattern = "/assets/*", targetOriginId = self.defaultCacheBehavior.targetOriginId, viewerProtocolPolicy = "allow-all", responseHeadersPolicyId = "67f7725c-6f97-4210-82d7-5512b31e9d03" }] }
}

# Logs go to a bucket as of old (loggingConfig), or since 2024 through CloudWatch to where one likes:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
guardrail "CloudFront.5" {
  title    = "Distributions log their requests"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "loggingConfig.bucket"
  require  = self.loggingConfig.bucket != null || length(referrers("aws:cloudwatch/logDeliverySource:LogDeliverySource", "resourceArn")) > 0
  message  = "Nobody can tell who asked this distribution for what."
  remedy   = "Add an aws.cloudwatch.LogDeliverySource with the resourceArn of the distribution, a destination and a delivery: the argument accessLogs of CDN, which is true in production."
  severity = "medium"
  controls = ["CKV_AWS_86"]

  pass "bucket" { self = { loggingConfig = { bucket = "logs.s3.amazonaws.com" } } }
  pass "delivery" {
    self = { enabled = true }
    resource "aws:cloudwatch/logDeliverySource:LogDeliverySource" "logs" {
      name        = "shop"
      logType     = "ACCESS_LOGS"
      resourceArn = self.arn
    }
  }
  fail "default" { self = { enabled = true } }
}

guardrail "CloudFront.6" {
  title    = "A firewall stands before distributions"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "webAclId"
  require  = self.webAclId != null && self.webAclId != ""
  message  = "Requests reach the origins of this distribution without passing a firewall."
  remedy   = "Set webAclId to the ARN of a web ACL with scope CLOUDFRONT: webAclArn of CDN, with the arn of a Firewall."
  severity = "medium"
  controls = ["CKV_AWS_68"]

  pass "guarded" { self = { webAclId = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1" } }
  fail "default" { self = { enabled = true } }
  fail "empty" { self = { webAclId = "" } }
  unknown "unknown" { self = { webAclId = unknown } }
  break { webAclId = null }
}

guardrail "CloudFront.7" {
  title    = "Distributions have a certificate of their own"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "viewerCertificate"
  require  = self.viewerCertificate.acmCertificateArn != null || self.viewerCertificate.iamCertificateId != null
  message  = "This distribution has no other name than CloudFront's, whose certificate allows TLS 1.0."
  remedy   = "Set viewerCertificate.acmCertificateArn to a certificate in us-east-1, and aliases: certificateArn and domainNames of CDN."
  severity = "medium"
  controls = ["CKV2_AWS_42"]

  pass "own" { self = { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", minimumProtocolVersion = "TLSv1.2_2021", sslSupportMethod = "sni-only" } } }
  fail "default" { self = { viewerCertificate = { cloudfrontDefaultCertificate = true } } }
  unknown "unknown" { self = { viewerCertificate = unknown } }
  break {
    viewerCertificate = { cloudfrontDefaultCertificate = true }
    also              = ["CloudFront.15"]
  }
}

# What addresses cost: https://aws.amazon.com/cloudfront/pricing/
guardrail "CloudFront.8" {
  title    = "Distributions serve HTTPS by the name that is asked for (SNI)"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "viewerCertificate.sslSupportMethod"
  when     = self.viewerCertificate.acmCertificateArn != null || self.viewerCertificate.iamCertificateId != null
  require  = self.viewerCertificate.sslSupportMethod == "sni-only"
  message  = "This distribution keeps addresses of its own at each edge location, which cost 600 dollars a month and serve no browser of today."
  remedy   = "Set viewerCertificate.sslSupportMethod to sni-only. The component CDN does."
  severity = "low"

  pass "sni" { self = { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", sslSupportMethod = "sni-only" } } }
  pass "no certificate" { self = { viewerCertificate = { cloudfrontDefaultCertificate = true } } }
  fail "addresses" { self = { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", sslSupportMethod = "vip" } } }
  break { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", minimumProtocolVersion = "TLSv1.2_2021", sslSupportMethod = "vip" } }
}

# CKV_AWS_174 takes TLSv1.2_2018 and TLSv1.2_2019 too; Security Hub does not recommend their ciphers any more.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
guardrail "CloudFront.15" {
  title    = "Viewers use TLS 1.2 or later with the recommended ciphers"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "viewerCertificate.minimumProtocolVersion"
  require  = contains(["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"], self.viewerCertificate.minimumProtocolVersion)
  message  = "Viewers may use ${coalesce(self.viewerCertificate.minimumProtocolVersion, "TLSv1, which is the default,")} with this distribution."
  remedy   = "Set viewerCertificate.minimumProtocolVersion to TLSv1.2_2021: tlsPolicy of CDN. It needs a certificate of one's own."
  severity = "medium"
  controls = ["CKV_AWS_174"]

  pass "recommended" { self = { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", minimumProtocolVersion = "TLSv1.2_2021", sslSupportMethod = "sni-only" } } }
  fail "default" { self = { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", sslSupportMethod = "sni-only" } } }
  fail "old" { self = { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", minimumProtocolVersion = "TLSv1.1_2016", sslSupportMethod = "sni-only" } } }
  fail "certificate of CloudFront" { self = { viewerCertificate = { cloudfrontDefaultCertificate = true } } }
  break { viewerCertificate = { acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1", minimumProtocolVersion = "TLSv1.1_2016", sslSupportMethod = "sni-only" } }
}

guardrail "CKV_AWS_216" {
  title    = "Distributions serve"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "enabled"
  require  = self.enabled == true
  message  = "This distribution serves nobody, and keeps its names and settings."
  remedy   = "Set enabled to true, or take the distribution out."
  severity = "low"

  pass "on" { self = { enabled = true } }
  fail "off" { self = { enabled = false } }
  unknown "unknown" { self = { enabled = unknown } }
  break { enabled = false }
}

guardrail "CKV_AWS_374" {
  title    = "Distributions say which countries they serve"
  resource = "aws:cloudfront/distribution:Distribution"
  property = "restrictions.geoRestriction.restrictionType"
  require  = contains(["whitelist", "blacklist"], self.restrictions.geoRestriction.restrictionType)
  message  = "This distribution serves the whole world, sanctioned countries included."
  remedy   = "Set restrictions.geoRestriction with a restrictionType and locations: allowedCountries or blockedCountries of CDN. Waive the rule for a site that is for everybody."
  severity = "low"

  pass "some" { self = { restrictions = { geoRestriction = { restrictionType = "whitelist", locations = ["DE", "FR"] } } } }
  pass "all but some" { self = { restrictions = { geoRestriction = { restrictionType = "blacklist", locations = ["KP"] } } } }
  fail "all" { self = { restrictions = { geoRestriction = { restrictionType = "none" } } } }
  unknown "unknown" { self = { restrictions = unknown } }
  break { restrictions = { geoRestriction = { restrictionType = "none" } } }
}
