# Controls of networks, load balancers, APIs, distributions, containers, functions and IAM that cannot be a rule, and why.

not_applicable {
  controls = ["CKV_AWS_217", "CKV_AWS_233", "CKV_AWS_237"]
  because  = "Ask for Terraform's create_before_destroy. Pulumi makes the new resource before it deletes the old one unless a program asks for the opposite, and that is an option of the resource, not an input that is recorded."
}

not_applicable {
  controls = ["CKV2_AWS_1"]
  because  = "Looks at network ACLs that belong to no subnet. No component creates one: every subnet has the ACL of its VPC, and security groups, which know connections, do the work."
}

not_applicable {
  controls = ["CKV2_AWS_7"]
  because  = "Looks at security groups of EMR clusters, which no component creates. EC2.18 and GUIDE.public-exposure judge every group, whatever has it."
}

not_applicable {
  controls = ["CKV2_AWS_15"]
  because  = "Looks at Auto Scaling groups attached to target groups. No component creates one: tasks of Fargate are replaced by ECS, which takes the health checks of the load balancer."
}

not_applicable {
  controls = ["CKV2_AWS_68"]
  because  = "Looks at roles of SageMaker notebooks, which no component creates. IAM.1 and IAM.21 judge the policies of every role."
}

not_applicable {
  controls = ["CKV2_AWS_78"]
  because  = "Looks at the firewalls of AppSync APIs, which no component creates. CKV_AWS_192 judges every firewall."
}

not_applicable {
  controls = ["CloudFront.12"]
  because  = "Asks whether the bucket of an origin exists. The components take its name from the bucket itself, so in one program it does; whether a bucket of another program still does is for the running account to tell."
}

not_applicable {
  controls = ["EC2.172"]
  because  = "Asks for VPC Block Public Access, a setting of the whole account and region that no component creates. It would also cut off every load balancer that is there to be reached."
}

not_applicable {
  controls = ["IAM.26"]
  because  = "Looks at expired certificates that were uploaded to IAM. No component does: certificates come from ACM, which renews them (ACM.1)."
}

not_applicable {
  controls = ["WAF.1"]
  because  = "Looks at web ACLs of AWS WAF Classic, which AWS has retired and no component creates. WAF.11 judges those of today."
}
