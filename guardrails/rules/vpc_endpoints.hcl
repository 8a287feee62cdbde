# Endpoints through which a VPC reaches services of AWS without the internet. Security Hub asks them of every VPC; here they
# are asked of a program that uses the service from within a VPC, since each endpoint is paid for by the hour and zone.
# https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html

guardrail "EC2.10" {
  title    = "Servers reach the interface of EC2 within their VPC"
  resource = "aws:ec2/vpc:Vpc"
  when     = length(resources("aws:ec2/instance:Instance")) + length(resources("aws:ec2/launchTemplate:LaunchTemplate")) > 0
  require  = anytrue([for e in referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId") : matches(e.serviceName, "\\.ec2$") && e.vpcEndpointType == "Interface"])
  message  = "Servers of this VPC call EC2 through the internet."
  remedy   = "Add an aws:ec2/vpcEndpoint of type Interface for ec2; with Network, add \"ec2\" to interfaceEndpoints."
  severity = "medium"

  pass "an endpoint" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpcEndpoint:VpcEndpoint" "endpoint" {
      vpcId           = self.id
      serviceName     = "com.amazonaws.eu-central-1.ec2"
      vpcEndpointType = "Interface"
    }
    resource "aws:ec2/instance:Instance" "orders" { instanceType = "m7g.large" }
  }
  pass "nobody needs it" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "none" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/instance:Instance" "orders" { instanceType = "m7g.large" }
  }
}

guardrail "EC2.55" {
  title    = "Containers get their images of ECR within their VPC"
  resource = "aws:ec2/vpc:Vpc"
  when     = anytrue([for t in resources("aws:ecs/taskDefinition:TaskDefinition") : t.containerDefinitions != null && matches(t.containerDefinitions, "\\.dkr\\.ecr\\.")])
  require  = anytrue([for e in referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId") : matches(e.serviceName, "\\.ecr\\.api$") && e.vpcEndpointType == "Interface"])
  message  = "Tasks of this VPC ask the registry for their images through the internet."
  remedy   = "Add an aws:ec2/vpcEndpoint of type Interface for ecr.api; with Network, add \"ecr.api\" to interfaceEndpoints."
  severity = "medium"

  pass "an endpoint" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpcEndpoint:VpcEndpoint" "endpoint" {
      vpcId           = self.id
      serviceName     = "com.amazonaws.eu-central-1.ecr.api"
      vpcEndpointType = "Interface"
    }
    resource "aws:ecs/taskDefinition:TaskDefinition" "orders" {
      family               = "orders"
      containerDefinitions = jsonencode([{ name = "orders", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4" }])
    }
  }
  pass "nobody needs it" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "none" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ecs/taskDefinition:TaskDefinition" "orders" {
      family               = "orders"
      containerDefinitions = jsonencode([{ name = "orders", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4" }])
    }
  }
}

guardrail "EC2.56" {
  title    = "Containers load the layers of ECR within their VPC"
  resource = "aws:ec2/vpc:Vpc"
  when     = anytrue([for t in resources("aws:ecs/taskDefinition:TaskDefinition") : t.containerDefinitions != null && matches(t.containerDefinitions, "\\.dkr\\.ecr\\.")])
  require  = anytrue([for e in referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId") : matches(e.serviceName, "\\.ecr\\.dkr$") && e.vpcEndpointType == "Interface"])
  message  = "Tasks of this VPC load their images through the internet, or through a NAT gateway that is paid for by the byte."
  remedy   = "Add an aws:ec2/vpcEndpoint of type Interface for ecr.dkr; with Network, add \"ecr.dkr\" to interfaceEndpoints."
  severity = "medium"

  pass "an endpoint" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpcEndpoint:VpcEndpoint" "endpoint" {
      vpcId           = self.id
      serviceName     = "com.amazonaws.eu-central-1.ecr.dkr"
      vpcEndpointType = "Interface"
    }
    resource "aws:ecs/taskDefinition:TaskDefinition" "orders" {
      family               = "orders"
      containerDefinitions = jsonencode([{ name = "orders", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4" }])
    }
  }
  pass "nobody needs it" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "none" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ecs/taskDefinition:TaskDefinition" "orders" {
      family               = "orders"
      containerDefinitions = jsonencode([{ name = "orders", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4" }])
    }
  }
}

guardrail "EC2.57" {
  title    = "Servers reach Systems Manager within their VPC"
  resource = "aws:ec2/vpc:Vpc"
  when     = length(resources("aws:ec2/instance:Instance")) + length(resources("aws:ec2/launchTemplate:LaunchTemplate")) > 0
  require  = anytrue([for e in referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId") : matches(e.serviceName, "\\.ssm$") && e.vpcEndpointType == "Interface"])
  message  = "Servers of this VPC are managed through the internet, and cannot be reached once that is closed."
  remedy   = "Add an aws:ec2/vpcEndpoint of type Interface for ssm; with Network, add \"ssm\" to interfaceEndpoints."
  severity = "medium"

  pass "an endpoint" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpcEndpoint:VpcEndpoint" "endpoint" {
      vpcId           = self.id
      serviceName     = "com.amazonaws.eu-central-1.ssm"
      vpcEndpointType = "Interface"
    }
    resource "aws:ec2/instance:Instance" "orders" { instanceType = "m7g.large" }
  }
  pass "nobody needs it" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "none" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/instance:Instance" "orders" { instanceType = "m7g.large" }
  }
}

guardrail "EC2.58" {
  title    = "Contacts of incidents are reached within the VPC"
  resource = "aws:ec2/vpc:Vpc"
  when     = length(resources("aws:ssmincidents/replicationSet:ReplicationSet")) > 0
  require  = anytrue([for e in referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId") : matches(e.serviceName, "\\.ssm-contacts$") && e.vpcEndpointType == "Interface"])
  message  = "Programs of this VPC call the contacts of Incident Manager through the internet."
  remedy   = "Add an aws:ec2/vpcEndpoint of type Interface for ssm-contacts; with Network, add \"ssm-contacts\" to interfaceEndpoints."
  severity = "medium"

  pass "an endpoint" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpcEndpoint:VpcEndpoint" "endpoint" {
      vpcId           = self.id
      serviceName     = "com.amazonaws.eu-central-1.ssm-contacts"
      vpcEndpointType = "Interface"
    }
    resource "aws:ssmincidents/replicationSet:ReplicationSet" "incidents" { regions = [{ name = "eu-central-1" }] }
  }
  pass "nobody needs it" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "none" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ssmincidents/replicationSet:ReplicationSet" "incidents" { regions = [{ name = "eu-central-1" }] }
  }
}

guardrail "EC2.60" {
  title    = "Incidents are reported within the VPC"
  resource = "aws:ec2/vpc:Vpc"
  when     = length(resources("aws:ssmincidents/replicationSet:ReplicationSet")) > 0
  require  = anytrue([for e in referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId") : matches(e.serviceName, "\\.ssm-incidents$") && e.vpcEndpointType == "Interface"])
  message  = "Programs of this VPC call Incident Manager through the internet."
  remedy   = "Add an aws:ec2/vpcEndpoint of type Interface for ssm-incidents; with Network, add \"ssm-incidents\" to interfaceEndpoints."
  severity = "medium"

  pass "an endpoint" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpcEndpoint:VpcEndpoint" "endpoint" {
      vpcId           = self.id
      serviceName     = "com.amazonaws.eu-central-1.ssm-incidents"
      vpcEndpointType = "Interface"
    }
    resource "aws:ssmincidents/replicationSet:ReplicationSet" "incidents" { regions = [{ name = "eu-central-1" }] }
  }
  pass "nobody needs it" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "none" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ssmincidents/replicationSet:ReplicationSet" "incidents" { regions = [{ name = "eu-central-1" }] }
  }
}
