# Certificates of AWS Certificate Manager.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/acm-controls.html

# Only a running account can tell that a certificate is about to expire. What keeps it from ever getting there is renewal by
# ACM, which needs no hand as long as the DNS record of the validation stays:
# https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
guardrail "ACM.1" {
  title    = "Certificates renew themselves"
  resource = "aws:acm/certificate:Certificate"
  property = "validationMethod"
  require  = self.privateKey == null && (self.certificateAuthorityArn != null || self.validationMethod == "DNS")
  message  = "ACM does not renew this certificate by itself: ${self.privateKey != null ? "it is imported" : "it is not validated by DNS"}."
  remedy   = "Let ACM issue the certificate: set domainName and validationMethod = \"DNS\", and keep the validation record. The component Certificate does both."
  severity = "medium"

  pass "dns" { self = { domainName = "shop.example.com", validationMethod = "DNS" } }
  pass "private authority" {
    self = { domainName = "orders.internal", certificateAuthorityArn = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1" }
  }
  fail "email" { self = { domainName = "shop.example.com", validationMethod = "EMAIL" } }
  fail "imported" { self = { certificateBody = "-----BEGIN CERTIFICATE-----", privateKey = "-----BEGIN PRIVATE KEY-----" } }
  break { validationMethod = "EMAIL" }
}

# Without keyAlgorithm ACM makes an RSA key of 2048 bits:
# https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
guardrail "ACM.2" {
  title    = "RSA keys of certificates have at least 2,048 bits"
  resource = "aws:acm/certificate:Certificate"
  property = "keyAlgorithm"
  require  = self.keyAlgorithm != "RSA_1024"
  message  = "The RSA key of this certificate has 1,024 bits, which can be factored."
  remedy   = "Leave keyAlgorithm out, or set it to RSA_2048 or EC_prime256v1."
  severity = "high"

  pass "default" { self = { domainName = "shop.example.com", validationMethod = "DNS" } }
  pass "elliptic" { self = { domainName = "shop.example.com", validationMethod = "DNS", keyAlgorithm = "EC_prime256v1" } }
  fail "short" { self = { domainName = "shop.example.com", validationMethod = "DNS", keyAlgorithm = "RSA_1024" } }
  unknown "unknown" { self = { domainName = "shop.example.com", validationMethod = "DNS", keyAlgorithm = unknown } }
  break { keyAlgorithm = "RSA_1024" }
}

guardrail "CKV2_AWS_71" {
  title    = "Certificates name their domains"
  resource = "aws:acm/certificate:Certificate"
  property = "domainName"
  require  = alltrue([for d in flatten([self.domainName, self.subjectAlternativeNames]) : !startswith(d, "*") if d != null])
  message  = "This certificate is for every name below a domain: who gets its key can pose as any of them."
  remedy   = "List the names in domainName and subjectAlternativeNames; they are the arguments domainName and alternativeNames of Certificate."
  severity = "low"

  pass "names" { self = { domainName = "shop.example.com", subjectAlternativeNames = ["www.shop.example.com"] } }
  fail "wildcard" { self = { domainName = "*.example.com" } }
  fail "alternative" { self = { domainName = "example.com", subjectAlternativeNames = ["*.example.com"] } }
  unknown "unknown" { self = { domainName = unknown } }
  break { subjectAlternativeNames = ["*.shop.example.com"] }
}

# Browsers accept no public certificate that is in no transparency log: https://docs.aws.amazon.com/acm/latest/userguide/acm-concepts.html
guardrail "CKV_AWS_234" {
  title    = "Certificates are entered in a transparency log"
  resource = "aws:acm/certificate:Certificate"
  property = "options.certificateTransparencyLoggingPreference"
  when     = self.privateKey == null && self.certificateAuthorityArn == null # others have no transparency log
  require  = self.options.certificateTransparencyLoggingPreference == "ENABLED"
  message  = "It is not said that this certificate is entered in a transparency log, where a forged one would be noticed."
  remedy   = "Set options.certificateTransparencyLoggingPreference to ENABLED."
  severity = "low"

  pass "logged" {
    self = { domainName = "shop.example.com", validationMethod = "DNS", options = { certificateTransparencyLoggingPreference = "ENABLED" } }
  }
  fail "default" { self = { domainName = "shop.example.com", validationMethod = "DNS" } }
  fail "off" {
    self = { domainName = "shop.example.com", validationMethod = "DNS", options = { certificateTransparencyLoggingPreference = "DISABLED" } }
  }
  break { options = { certificateTransparencyLoggingPreference = "DISABLED" } }
}
